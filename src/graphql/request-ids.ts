import type { ApolloServerPlugin } from '@apollo/server';

/** Remembers which request an error belongs to, from when it is met until it is formatted. */
export interface RequestIds<Context extends { readonly requestId: string }> {
  readonly plugin: ApolloServerPlugin<Context>;
  /** Notes which request an error was met in, where Apollo Server is not the one who met it. */
  readonly note: (error: object, requestId: string) => void;
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
    note: (error, requestId) => {
      ids.set(error, requestId);
    },
    of: (error) => (typeof error === 'object' && error !== null ? ids.get(error) : undefined),
  };
}
