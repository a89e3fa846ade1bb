import type { ApolloServerPlugin } from '@apollo/server';

/** Remembers which request an error belongs to, from when it is met until it is formatted. */
export interface RequestIds<Context extends { readonly requestId: string }> {
  readonly plugin: ApolloServerPlugin<Context>;
  /** The id of the request that an error was met in. */
  readonly of: (error: unknown) => string | undefined;
}

/** Apollo Server formats errors without saying for whom; but it shows them to plugins first, with their request. */
export function createRequestIds<Context extends { readonly requestId: string }>(): RequestIds<Context> {
  const ids = new WeakMap<object, string>();
  return {
    plugin: {
      requestDidStart: () =>
        Promise.resolve({
          didEncounterErrors({ errors, contextValue }) {
            for (const error of errors) ids.set(error, contextValue.requestId);
            return Promise.resolve();
          },
        }),
    },
    of: (error) => (typeof error === 'object' && error !== null ? ids.get(error) : undefined),
  };
}
