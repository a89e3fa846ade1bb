import type { GraphQLError } from 'graphql';

/**
 * What graphql-ws takes for the results of a subscription: there are none by this way, and it ends when it is told to, or fails
 * with the error that the client is to be told.
 */
export function untilReturned(
  start: (fail: (error: GraphQLError) => void) => () => void,
): AsyncIterableIterator<never> {
  let settle: (result: IteratorReturnResult<undefined>) => void = () => undefined;
  let fail: (error: GraphQLError) => void = () => undefined;
  const ended = new Promise<IteratorReturnResult<undefined>>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  const end = start(fail);
  const iterator: AsyncIterableIterator<never> = {
    next: () => ended,
    return: () => {
      end();
      settle({ done: true, value: undefined });
      return ended;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
