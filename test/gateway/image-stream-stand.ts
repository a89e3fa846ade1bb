import { expect } from '@jest/globals';
import { seed } from '../support/registry-seed.ts';
import { at, names, startStand, type Asked, type Stand, type StandOptions } from './stand.ts';

/** A gateway with image streams, of the source `local` unless the options say otherwise. */
export interface ImageStreamStand extends Stand {
  /** Runs a mutation with an input; answers its payload. Fails where there are errors of the operation. */
  mutate(mutation: Mutation, input: Readonly<Record<string, unknown>>): Promise<Payload>;
  /** The same, for its errors. */
  refuse(mutation: Mutation, input: Readonly<Record<string, unknown>>): Promise<Asked>;
  /** Points `web:prod` at an image of registry A under this tag. */
  point(tag: string): Promise<Payload>;
  /** Fields of `web:prod`. */
  prod(fields: string): Promise<Readonly<Record<string, unknown>> | null>;
}

export interface Payload {
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly field: readonly string[];
  }[];
  readonly [field: string]: unknown;
}

/** What is asked of the payload of each mutation. */
const selections = {
  createImageStream: 'imageStream { id namespace name lookupLocal generation labels { key value } }',
  deleteImageStream: 'deletedId',
  tagImageStream: `imageStreamTags { id name digest revision isReference from { kind name namespace } }
    imports { tag state digest error { code message } }`,
  untagImageStream: 'deletedId',
  rollbackImageStreamTag: 'imageStreamTag { name digest revision from { kind name } importPolicy { scheduled } }',
  importImageStream:
    'imageStream { name tags { nodes { tag digest } } } imports { tag state digest error { code message } }',
  setImageLookup: 'imageStream { lookupLocal generation }',
} as const;

export type Mutation = keyof typeof selections;

export async function startImageStreamStand(options: StandOptions = {}): Promise<ImageStreamStand> {
  const stand = await startStand({
    ...options,
    config: { writes: true, streams: [{ name: 'local', kind: 'local' }], ...options.config },
  });
  for (const tag of ['2', '3']) seed(stand.a.store).image('team/app', tag);

  function run(mutation: Mutation, input: Readonly<Record<string, unknown>>): Promise<Asked> {
    const type = `${mutation[0]?.toUpperCase() ?? ''}${mutation.slice(1)}Input`;
    const selection = `${selections[mutation]} userErrors { code message field }`;
    return stand.ask(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} } }`, {
      input: { namespace: 'shop', ...input },
    });
  }

  const mutate: ImageStreamStand['mutate'] = async (mutation, input) => {
    const { data, errors } = await run(mutation, input);
    expect(errors).toEqual([]);
    return at(data, mutation) as Payload;
  };

  return {
    ...stand,
    mutate,
    refuse: run,
    point: (tag) => mutate('tagImageStream', { from: image(tag), to: ['web:prod'] }),
    prod: async (fields) => {
      const { data, errors } = await stand.ask(`{ imageStreamTag(namespace: "shop", name: "web:prod") { ${fields} } }`);
      expect(errors).toEqual([]);
      return at(data, 'imageStreamTag') as Readonly<Record<string, unknown>> | null;
    },
  };
}

/** A source of a tag: an image of registry A. */
export function image(tag: string): { readonly kind: string; readonly name: string } {
  return { kind: 'DOCKER_IMAGE', name: `${names.a}/team/app:${tag}` };
}
