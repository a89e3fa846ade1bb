import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createSecret } from '../../src/lib/secret.ts';
import { redactText, redactUrl } from '../../src/transport/redact.ts';

describe('a secret', () => {
  it('shows itself only when asked to', () => {
    const secret = createSecret('canary');
    const shown = [
      String(secret),
      secret.toString(),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }),
    ];
    expect(shown.join(' ')).not.toContain('canary');
    expect(shown[0]).toBe('[redacted]');
    expect(secret.reveal()).toBe('canary');
  });
});

describe('a URL for logs', () => {
  it('keeps what is known to be harmless and nothing else', () => {
    const url = new URL(
      'https://user:pw@s3.example/blob?X-Amz-Signature=canary&sig=canary&n=100&last=a&scope=repository:a:pull#canary',
    );
    expect(redactUrl(url)).toBe('https://s3.example/blob?n=100&last=a&scope=repository%3Aa%3Apull');
  });

  it('is left alone where it has no query', () => {
    expect(redactUrl(new URL('https://r.example/v2/'))).toBe('https://r.example/v2/');
  });
});

describe('text from elsewhere', () => {
  it('becomes one short printable line', () => {
    expect(redactText('a\r\n\u001b[31mb')).toBe('a [31mb');
    expect(redactText('x'.repeat(500))).toHaveLength(201);
  });
});
