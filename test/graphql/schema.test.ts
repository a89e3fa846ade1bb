import { describe, expect, it } from '@jest/globals';
import {
  getDirectiveValues,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedDirective,
  specifiedScalarTypes,
} from 'graphql';
import type { GraphQLField, GraphQLObjectType } from 'graphql';
import { createFieldRules, weights } from '../../src/graphql/facts.ts';
import { resolvers } from '../../src/graphql/resolvers/index.ts';
import { createSchema, loadTypeDefs } from '../../src/graphql/schema.ts';

const schema = createSchema(resolvers);

type Field = GraphQLField<unknown, unknown>;

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !specifiedScalarTypes.some(({ name }) => name === type.name),
);
const objects = types.filter(isObjectType);
const directives = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));

function fieldsOf(type: GraphQLObjectType): Field[] {
  return Object.values(type.getFields());
}

function isDescribed({ description }: { readonly description?: string | null | undefined }): boolean {
  return (description ?? '').trim().length > 0;
}

function verb(node: GraphQLObjectType['astNode'] | Field['astNode']): unknown {
  const access = schema.getDirective('access');
  return access && node ? getDirectiveValues(access, node)?.['verb'] : undefined;
}

describe('the schema', () => {
  it('is read from every file of its folder', () => {
    const sdl = loadTypeDefs();
    for (const word of [
      'type Query',
      'scalar Digest',
      'type Tag ',
      'type Image ',
      'type Repository ',
      'type Registry ',
    ]) {
      expect(sdl).toContain(word);
    }
    expect(types.length).toBeGreaterThan(20);
  });

  it('has a resolver for everything that a resolver is written for', () => {
    expect(schema.getQueryType()?.getFields()['image']?.resolve).toBeInstanceOf(Function);
    expect(schema.getType('Digest')?.description).toMatch(/content digest/);
  });

  it('stops the start where a resolver has no field', () => {
    const query = { ...resolvers.Query, nothing: () => null };
    expect(() => createSchema({ ...resolvers, Query: query })).toThrow(
      /Query\.nothing defined in resolvers, but not in schema/,
    );
  });

  it('describes every type, field, argument, value and directive', () => {
    const undescribed: string[] = [];
    const note = (name: string, described: boolean) => {
      if (!described) undescribed.push(name);
    };
    for (const type of types) {
      note(type.name, isDescribed(type));
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          note(`${type.name}.${field.name}`, isDescribed(field));
          for (const argument of field.args)
            note(`${type.name}.${field.name}(${argument.name})`, isDescribed(argument));
        }
      }
      if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) note(`${type.name}.${field.name}`, isDescribed(field));
      }
      if (isEnumType(type)) {
        for (const value of type.getValues()) note(`${type.name}.${value.name}`, isDescribed(value));
      }
    }
    for (const directive of directives) note(`@${directive.name}`, isDescribed(directive));
    expect(undescribed).toEqual([]);
  });

  it('says of every field of an object which right it takes, on the field or on its type', () => {
    const open = objects.flatMap((type) =>
      fieldsOf(type)
        .filter((field) => verb(field.astNode) === undefined && verb(type.astNode) === undefined)
        .map((field) => `${type.name}.${field.name}`),
    );
    expect(open).toEqual([]);
    expect(verb(schema.getQueryType()?.getFields()['registries']?.astNode)).toBe('LIST');
  });

  it('lets a registry that fails null one field: what may ask upstream is nullable', () => {
    const ruleOf = createFieldRules(schema);
    const brittle = objects.flatMap((type) =>
      fieldsOf(type)
        .filter((field) => {
          const { facts, costly } = ruleOf(type, field);
          if (facts.length === 0 && costly.length === 0) return false;
          if (!isNonNullType(field.type)) return false;
          // Lists with an answer for each key are there always; what they hold is nullable.
          const list = getNullableType(field.type);
          return !(type === schema.getQueryType() && isListType(list) && !isNonNullType(list.ofType));
        })
        .map((field) => `${type.name}.${field.name}`),
    );
    expect(brittle).toEqual([]);
  });

  it('has a weight for every fact, and says what each fact is', () => {
    const fact = schema.getType('Fact');
    expect(
      isEnumType(fact) &&
        fact
          .getValues()
          .map(({ name }) => name)
          .sort(),
    ).toEqual(Object.keys(weights).sort());
  });

  it('declares neither @defer nor @stream, which Apollo Server takes for a promise', () => {
    expect(directives.map(({ name }) => name).sort()).toEqual(['access', 'cost']);
  });

  it('pages every connection with first, 20 by default, and after', () => {
    for (const type of objects) {
      for (const field of fieldsOf(type).filter((one) => String(one.type).endsWith('Connection'))) {
        const args = Object.fromEntries(
          field.args.map(({ name, type: of, defaultValue }) => [name, [String(of), defaultValue]]),
        );
        expect(args).toMatchObject({ first: ['Int', 20], after: ['Cursor', undefined] });
      }
    }
  });
});
