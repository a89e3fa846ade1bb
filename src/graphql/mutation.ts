import type { GraphQLResolveInfo } from 'graphql';
import { attempted } from '../audit/attempt.ts';
import type { MutationAsked } from '../audit/audit.ts';
import type { TagSource } from '../domain/image-stream.ts';
import { onceOf } from '../image-streams/once.ts';
import type { Mode } from '../image-streams/writer.ts';
import { hashOf } from '../lib/hash.ts';
import type { GraphQLContext } from './context.ts';

/** What the inputs of mutations have in common, as far as they have it. */
export interface MutationInput {
  readonly source?: string | null | undefined;
  readonly namespace: string;
  /** `stream` or `stream:tag`. */
  readonly name?: string;
  /** Several `stream:tag`; of a rollback, a digest. */
  readonly to?: readonly string[] | string | null | undefined;
  /** Where images come from; of an import, in a registry. */
  readonly from?:
    | { readonly kind: TagSource['kind']; readonly name: string; readonly namespace?: string | null | undefined }
    | string
    | null
    | undefined;
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | null | undefined;
}

/** A mutation as its resolver is called with it. */
export interface MutationCall {
  readonly input: MutationInput;
  readonly context: GraphQLContext;
  readonly info: GraphQLResolveInfo;
}

/** Does a mutation, and has the audit log know of it. The way by which each has to go: nothing else makes a {@link Mode}. */
export function mutating<Answer>(call: MutationCall, write: (how: Mode) => Promise<Answer>): Promise<Answer> {
  const { input, context, info } = call;
  return attempted(context.audit, askedOf(call), async (attempt) => {
    context.writer.demandAllowed();
    const once = onceOf(context.viewer, info.fieldName, input);
    // A dry run does nothing, and so nothing that could be done twice.
    return write({ attempt, dryRun: input.dryRun, once: input.dryRun ? undefined : once });
  });
}

function askedOf({ input, context, info }: MutationCall): MutationAsked {
  const { viewer, requestId } = context;
  const { source, namespace, name, to, dryRun, idempotencyKey } = input;
  return {
    kind: 'mutation',
    requestId,
    field: String(info.path.key),
    viewer: viewer.id,
    groups: viewer.groups,
    via: 'http',
    action: info.fieldName,
    source: source ?? undefined,
    namespace,
    names: name === undefined ? [to ?? []].flat() : [name],
    from: fromOf(input),
    dryRun,
    idempotencyKey: idempotencyKey == null ? undefined : hashOf(Buffer.from(idempotencyKey), 'sha256'),
  };
}

function fromOf({ from, to }: MutationInput): TagSource | undefined {
  if (typeof to === 'string') return { kind: 'IMAGE_STREAM_IMAGE', name: to, namespace: undefined };
  if (from == null) return undefined;
  if (typeof from === 'string') return { kind: 'DOCKER_IMAGE', name: from, namespace: undefined };
  return { kind: from.kind, name: from.name, namespace: from.namespace ?? undefined };
}
