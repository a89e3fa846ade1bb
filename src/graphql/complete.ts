import type { GraphQLScalarType } from 'graphql';
import type { Resolvers, ResolversParentTypes } from './generated/resolvers.ts';

/**
 * The resolvers of one type, with one demanded for each field that the model does not itself carry with a fitting type and
 * nullability. The generated types make every resolver optional, so that without this a new field of the schema would
 * compile and then answer null. Absent is `undefined` in models, and fits every nullable field; a field with arguments is
 * never carried, since a property cannot heed them.
 */
export type Complete<TypeResolvers, Model = object> = {
  readonly [Name in Demanded<TypeResolvers, Model>]-?: NonNullable<TypeResolvers[Name]>;
} & Omit<TypeResolvers, Demanded<TypeResolvers, Model>>;

/** The resolvers of the whole schema. A type that its model carries wholly may be left out, every other may not. */
export type CompleteResolvers = {
  readonly [Name in Wanting]-?: CompleteType<Name>;
} & {
  readonly [Name in Exclude<keyof Resolvers, Wanting>]?: CompleteType<Name>;
};

type CompleteType<Name extends keyof Resolvers> =
  NonNullable<Resolvers[Name]> extends GraphQLScalarType
    ? NonNullable<Resolvers[Name]>
    : Name extends keyof ResolversParentTypes
      ? Complete<NonNullable<Resolvers[Name]>, ResolversParentTypes[Name]>
      : NonNullable<Resolvers[Name]>;

/** The types for which an empty object of resolvers would not do. */
type Wanting = {
  [Name in keyof Resolvers]-?: object extends CompleteType<Name> ? never : Name;
}[keyof Resolvers];

type Demanded<TypeResolvers, Model> = {
  [Name in keyof TypeResolvers]-?: Name extends `__${string}`
    ? never
    : Carries<Model, Name, Call<TypeResolvers[Name]>> extends true
      ? never
      : Name;
}[keyof TypeResolvers];

type Call<FieldResolver> = Extract<NonNullable<FieldResolver>, (...inputs: never) => unknown>;

type Carries<Model, Name, FieldCall> = Name extends keyof Model
  ? FieldCall extends (parent: never, args: infer Args, ...rest: never) => infer Result
    ? [Model[Name]] extends [never]
      ? false
      : IsEmpty<Args> extends true
        ? Model[Name] extends Result | (null extends Result ? undefined : never)
          ? true
          : false
        : false
    : false
  : false;

/** Whether a field takes no arguments: generated as a record without values, or as an object without keys. */
type IsEmpty<Args> = string extends keyof Args ? true : [keyof Args] extends [never] ? true : false;
