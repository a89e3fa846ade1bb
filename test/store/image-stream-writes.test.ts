import { describe, expect, it } from '@jest/globals';
import type { ImageStream } from '../../src/domain/image-stream.ts';
import { streamRows } from '../../src/store/image-stream-rows.ts';
import { writeStreams } from '../../src/store/image-stream-writes.ts';
import type { Session } from '../../src/store/session.ts';
import { item, streamName, streamOf, streamTag } from './given.ts';

/** What writing `after` over `before` sends: of each statement its first words, and how many rows it names. */
async function written(before: ImageStream, after: ImageStream | undefined): Promise<readonly string[]> {
  const sent: string[] = [];
  const session: Session = {
    all: () => Promise.resolve([]),
    run: (sql) => {
      const rows = sql.slice(sql.indexOf('VALUES')).split('), (').length;
      sent.push(`${sql.split(' ').slice(0, 3).join(' ')}: ${String(rows)}`);
      return Promise.resolve(rows);
    },
    now: () => Promise.resolve(0),
  };
  // As it is read again: each history ends at position 1.
  const rows = streamRows(before, ({ history }) => history.length);
  await writeStreams(session, [{ key: streamName, before: rows, after }]);
  return sent;
}

const withHistory = (...images: readonly string[]): ImageStream =>
  streamOf(streamName, { tags: new Map([['a', streamTag('a', images)]]) });
const three = withHistory('three', 'two', 'one');

describe('writing an image stream', () => {
  it('sends nothing where nothing differs', async () => {
    expect(await written(three, withHistory('three', 'two', 'one'))).toEqual([]);
  });

  it('adds one row for a new head', async () => {
    expect(await written(three, withHistory('four', 'three', 'two', 'one'))).toEqual([
      'INSERT INTO image_stream_tag_items: 1',
    ]);
  });

  it('writes one row for a head that is replaced in place', async () => {
    const head = { ...item('three'), generation: 2 };
    const tag = { ...streamTag('a', []), history: [head, item('two'), item('one')] };
    expect(await written(three, streamOf(streamName, { tags: new Map([['a', tag]]) }))).toEqual([
      'INSERT INTO image_stream_tag_items: 1',
    ]);
  });

  it('takes away the rows of what is cut off', async () => {
    expect(await written(three, withHistory('four', 'three'))).toEqual([
      'DELETE FROM image_stream_tag_items: 2',
      'INSERT INTO image_stream_tag_items: 1',
    ]);
  });

  it('writes the stream alone where only that differs', async () => {
    expect(await written(three, { ...three, generation: 9 })).toEqual(['INSERT INTO image_streams: 1']);
  });

  it('needs three statements for a stream that goes, however much is in it', async () => {
    expect(await written(three, undefined)).toEqual([
      'DELETE FROM image_streams: 1',
      'DELETE FROM image_stream_tags: 1',
      'DELETE FROM image_stream_tag_items: 1',
    ]);
  });
});
