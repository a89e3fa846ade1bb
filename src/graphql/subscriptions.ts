import { getArgumentValues, GraphQLError, OperationTypeNode } from 'graphql';
import type { DocumentNode, GraphQLFormattedError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { createHash } from 'node:crypto';
import { viewerNamed, type Access, type Viewer } from '../access/access.ts';
import type { Caller } from '../access/callers/callers.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { loopTurn } from '../lib/loop-turn.ts';
import type { FanOut } from '../events/fan-out.ts';
import type { EventNames } from '../events/filter.ts';
import { exactResource } from '../events/resource.ts';
import type { Sink } from '../events/subscriber.ts';
import { whatToAdd, type CouldMatch } from '../events/watched.ts';
import type { Admission, Admitted } from './admit.ts';
import type { Operation } from './context.ts';
import type { Variables } from './cost.ts';
import type { CursorCodec } from './cursor.ts';
import { createDocuments } from './documents.ts';
import type { ErrorFormatter } from './errors.ts';
import { openPosition, sealPosition } from './event-cursor.ts';
import { readEventFilter, type EventField, type FindRegistry } from './event-filter.ts';
import type { SubscriptionImageStreamTagEventsArgs, SubscriptionTagEventsArgs } from './generated/resolvers.ts';
import { createPayloads } from './payload.ts';
import type { RequestIds } from './request-ids.ts';
import { watchRight } from './right-watch.ts';
import { planSubscription, type SubscriptionPlan } from './subscription-plan.ts';
import { isNamed, notTrusted, type DocumentRequest, type TrustedDocuments } from './trusted-documents.ts';

/** What a client asks for, as every transport brings it. */
export interface SubscriptionRequest extends DocumentRequest {
  /** Empty where the document is named otherwise. */
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** A cursor that goes before the operation's own `after`: what a transport remembers of an earlier connection. */
  readonly resumeAfter?: string | undefined;
}

/** A subscription that may be started, or why not. */
export type Prepared =
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] }
  | {
      readonly kind: 'ready';
      readonly document: DocumentNode;
      /** Starts it; returns what ends it. */
      readonly start: (sink: SubscriptionSink) => () => void;
    };

/** Where a subscription's payloads go, and what else becomes of it. */
export interface SubscriptionSink extends Sink {
  /** Ends this subscription alone, saying why: it would not be started any more. Called once at most. */
  readonly end: (error: GraphQLError) => void;
}

/**
 * Subscriptions, whatever they are sent over: admitted as every operation is, executed once for all who ask the same. They pay what
 * a payload may cost, once, when they are asked for.
 */
export interface Subscriptions {
  readonly prepare: (request: SubscriptionRequest, viewer: Viewer) => Promise<Prepared>;
  /** Errors as callers see them. */
  readonly format: (errors: readonly GraphQLError[], requestId: string) => readonly GraphQLFormattedError[];
  /** The cursor of a place in the log. */
  readonly cursorOf: (sequence: number) => string;
}

export interface SubscriptionsOptions {
  readonly schema: GraphQLSchema;
  readonly admission: Admission;
  /** Without it, every document may be run. */
  readonly documents?: TrustedDocuments | undefined;
  readonly access: Access;
  readonly cursors: CursorCodec;
  readonly fanOut: FanOut;
  readonly clock: Clock;
  readonly findRegistry: FindRegistry;
  readonly couldMatch: CouldMatch;
  /** Begins the making of one payload, which has less time than an operation. */
  readonly begin: (caller: Caller, requestId: string) => Operation;
  readonly formatError: ErrorFormatter;
  /** Notes which request an error belongs to, for `formatError`. */
  readonly noteRequest: RequestIds<never>['note'];
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { schema, admission, documents, access, cursors, fanOut } = options;
  const documentOf = createDocuments(admission);
  const plans = new WeakMap<OperationDefinitionNode, SubscriptionPlan>();
  const payloads = { schema, epoch: fanOut.epoch, begin: options.begin, format };

  async function prepare(request: SubscriptionRequest, viewer: Viewer): Promise<Prepared> {
    // Clients that were dropped together come back together.
    await loopTurn();
    try {
      const document = documentOf(documents === undefined ? ownText(request) : await trustedText(documents, request));
      const errors = admission.validate(document);
      if (errors.length > 0) return { kind: 'refused', errors };
      const verdict = admission.admit(document, request.operationName, request.variables, viewer);
      if (verdict.kind === 'refused') return verdict;
      try {
        return await ready(document, verdict, request, viewer);
      } catch (error) {
        verdict.settle(0);
        throw error;
      }
    } catch (error) {
      return { kind: 'refused', errors: [asGraphQLError(error)] };
    }
  }

  async function ready(
    whole: DocumentNode,
    { operation, variables: coerced }: Admitted,
    { operationName, variables, resumeAfter }: SubscriptionRequest,
    viewer: Viewer,
  ): Promise<Prepared> {
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) throw notHere(operation.operation);
    const plan = planOf(whole, operation);
    const { field, args } = readField(plan, coerced);
    const filter = readEventFilter(field, args.filter, await visibleTo(viewer, args.filter));
    await allow(viewer, filter.names);
    const cursor = resumeAfter ?? args.after ?? undefined;
    const after = cursor === undefined ? undefined : openPosition(cursors, cursor);
    const { scope, member } = scopeOf(viewer);
    const shared = { document: plan.document, operationName, viewer: member };
    const group = {
      key: digestOf([scope, operationName ?? null, plan.text, pick(coerced, plan.variables)]),
      viewer: shared.viewer,
      filter,
      render: createPayloads(payloads, { ...shared, variables: pick(variables ?? {}, plan.variables) }),
    };
    const start = (sink: SubscriptionSink): (() => void) => {
      const leave = fanOut.subscribe({ ...group, after, wantsBookmarks: args.bookmarks, sink });
      const demand = () => allow(viewer, filter.names);
      const onEnd = (error: unknown): void => {
        leave();
        sink.end(asGraphQLError(error));
      };
      const forget = watchRight({ demand, clock: options.clock, onEnd });
      return () => {
        forget();
        leave();
      };
    };
    return { kind: 'ready', document: whole, start };
  }

  function planOf(document: DocumentNode, operation: OperationDefinitionNode): SubscriptionPlan {
    const plan = plans.get(operation) ?? planSubscription(schema, document, operation, admission.limits.selections);
    plans.set(operation, plan);
    return plan;
  }

  function readField(plan: SubscriptionPlan, coerced: Variables): { field: EventField; args: SubscriptionArgs } {
    const node = plan.field(coerced);
    const definition = node && schema.getSubscriptionType()?.getFields()[node.name.value];
    if (node === undefined || definition === undefined) {
      throw new GatewayError(
        'ARGUMENT_INVALID',
        'the variables leave the only field out, so there is nothing to send',
        {},
      );
    }
    const args = getArgumentValues(definition, node, coerced) as unknown as SubscriptionArgs;
    return { field: node.name.value as EventField, args };
  }

  /** By the names of the filter alone: a name that the viewer may not watch answers as one that is not configured. */
  async function allow(viewer: Viewer, names: EventNames): Promise<void> {
    const resource = exactResource(names);
    const may =
      (await options.couldMatch(names, (verb, within) => access.may(viewer, verb, within))) &&
      (resource?.tag === undefined || (await access.may(viewer, 'watch', resource)));
    if (!may) throw notWatched(whatToAdd(names));
  }

  /** Another name of a registry means it for those alone who may know of it: else the answer would say what it is called. */
  async function visibleTo(viewer: Viewer, filter: SubscriptionArgs['filter']): Promise<FindRegistry> {
    const found = filter?.registry == null ? undefined : options.findRegistry(filter.registry);
    const isVisible = found !== undefined && (await access.may(viewer, 'list', { registry: found.name }));
    return () => (isVisible ? found : undefined);
  }

  /** The scope of a viewer, and who stands for it, told apart from its members, whose names must not get into what all are given. */
  function scopeOf(viewer: Viewer): { readonly scope: string; readonly member: Viewer } {
    const scope = access.scopeOf?.(viewer);
    if (scope !== undefined) return { scope, member: viewerNamed(scope) };
    const { id, groups, extra } = viewer;
    return { scope: JSON.stringify([id, groups, extra ?? null]), member: { id, groups, expiresAt: undefined, extra } };
  }

  function format(errors: readonly GraphQLError[], requestId: string): readonly GraphQLFormattedError[] {
    return errors.map((error) => {
      options.noteRequest(error, requestId);
      return options.formatError(error.toJSON(), error);
    });
  }

  return {
    prepare,
    format,
    cursorOf: (sequence) => sealPosition(cursors, { epoch: fanOut.epoch(), sequence }),
  };
}

type SubscriptionArgs = SubscriptionTagEventsArgs & SubscriptionImageStreamTagEventsArgs;

function pick(values: Variables, names: readonly string[]): Variables {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]));
}

/** A key of a length that does not depend on the operation's. */
function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** The text of the document that a request brings. */
function ownText(request: SubscriptionRequest): string {
  if (request.query === '' && isNamed(request)) throw namesNothing();
  return request.query;
}

async function trustedText(documents: TrustedDocuments, request: SubscriptionRequest): Promise<string> {
  const text = await documents.find(request);
  if (text === undefined) throw notTrusted();
  return text;
}

/** As Apollo Server answers over HTTP. */
function namesNothing(): GraphQLError {
  const message = 'documents cannot be named by their hash here: send the text of the document as query';
  return new GraphQLError(message, { extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } });
}

function notHere(operation: string): GatewayError {
  const message = `a ${operation} is not possible here, where subscriptions are: send it by POST to /graphql`;
  return new GatewayError('OPERATION_NOT_ALLOWED', message, {});
}

function notWatched(toAdd: string): GatewayError {
  return new GatewayError(
    'NOT_WATCHED',
    `nothing that is configured could match this filter; it would with ${toAdd}`,
    {},
  );
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new GraphQLError(message, { originalError: error as Error });
}
