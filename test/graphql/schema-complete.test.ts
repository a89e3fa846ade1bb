import { describe, expect, it } from '@jest/globals';
import type { Complete, CompleteResolvers } from '../../src/graphql/complete.ts';
import type { Resolver } from '../../src/graphql/generated/resolvers.ts';

/*
 * What is proved here is proved by the compiler: a line marked as an error that compiles is itself an error.
 */

type None = Record<PropertyKey, never>;

interface Model {
  readonly name: string;
  readonly size: number | undefined;
  readonly note?: string;
  readonly layers: readonly string[];
  readonly page: string;
}

/** As the generator writes the resolvers of a type. */
interface Generated {
  name?: Resolver<string | Promise<string>, Model, None, None>;
  size?: Resolver<number | null, Model, None, None>;
  note?: Resolver<string | null, Model, None, None>;
  layers?: Resolver<readonly string[], Model, None, None>;
  __isTypeOf?: (model: Model) => boolean;
}

type With<Extra> = Complete<Generated & Extra, Model>;

const carried: Complete<Generated, Model> = {};

const written: Complete<Generated, Model> = { name: ({ name }) => name.toUpperCase() };

// @ts-expect-error a field that the model does not have
const newField: With<{ pulls?: Resolver<number, Model, None, None> }> = {};

// @ts-expect-error a field that the model does not have, although it may be null
const newNullableField: With<{ pulls?: Resolver<number | null, Model, None, None> }> = {};

// @ts-expect-error a field of another type than the model's property
const otherType: Complete<{ name?: Resolver<number, Model, None, None> }, Model> = {};

// @ts-expect-error a field that is never null over a property that may be absent
const absentProperty: Complete<{ size?: Resolver<number, Model, None, None> }, Model> = {};

// @ts-expect-error a field that is never null over a property that may be left out
const optionalProperty: Complete<{ note?: Resolver<string, Model, None, None> }, Model> = {};

// @ts-expect-error a field with arguments, which a property cannot heed
const withArguments: Complete<{ page?: Resolver<string, Model, None, { first: number }> }, Model> = {};

// @ts-expect-error a field with optional arguments
const withOptions: Complete<{ page?: Resolver<string, Model, None, Partial<{ first: number }>> }, Model> = {};

// @ts-expect-error a field of a root, which has no model
const root: Complete<{ image?: Resolver<string, None, None, None> }, None> = {};

// @ts-expect-error a resolver of another type than the field's
const wrongResolver: With<object> = { name: () => 1 };

const enough: With<{ pulls?: Resolver<number, Model, None, None> }> = { pulls: () => 1 };

// @ts-expect-error the whole schema is never resolved by nothing
const nothing: CompleteResolvers = {};

const all = {} as CompleteResolvers;

// @ts-expect-error a root without its fields
const withoutQueries: CompleteResolvers = { ...all, Query: {} };

// @ts-expect-error a type whose model does not carry all of it
const withoutTag: CompleteResolvers = { ...all, Tag: {} };

describe('complete resolvers', () => {
  it('are demanded by the compiler, field by field', () => {
    const types: readonly (() => unknown)[] = [
      () => [carried, written, newField, newNullableField, otherType, absentProperty, optionalProperty],
      () => [withArguments, withOptions, root, wrongResolver, enough, nothing, withoutQueries, withoutTag],
    ];
    expect(types).toHaveLength(2);
  });
});
