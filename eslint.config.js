import graphql from '@graphql-eslint/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const code = ['src/**/*.ts', 'demo/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts'];

/** The process belongs to main.ts: all else is given what it needs, and says how it ends by returning. */
const processRules = {
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env', message: 'Take it as a parameter: only src/main.ts reads the environment.' },
    {
      object: 'process',
      property: 'exit',
      message: 'Return an exit code or throw: only src/main.ts ends the process.',
    },
  ],
};

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'src/graphql/generated/']),
  {
    files: code,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_$' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'no-console': 'error',
      // `== null` asks for null and undefined at once, at the GraphQL edge where both come.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // No code of ours has a `this`: what interfaces write as methods are functions.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['src/**/*.ts'], ignores: ['src/main.ts'], rules: processRules },
  {
    files: ['src/graphql/resolvers/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: ':function[async=true][generator=true]',
          message:
            'Write the iterator by hand, filter before queueing: return() of a generator waits for its pending next(), so an unsubscribed listener stays until the next event.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Tables of cases and expectations of jest are made of what these forbid.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-properties': [
        'error',
        {
          object: 'jest',
          property: 'unstable_mockModule',
          message: 'Hand the part in instead: modules are not mocked.',
        },
        { object: 'jest', property: 'mock', message: 'Hand the part in instead: modules are not mocked.' },
      ],
    },
  },
  { files: ['bench/**/*.ts', 'demo/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { 'no-unused-vars': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
  {
    files: ['schema/*.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schema/*.graphql' } },
    },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      // Descriptions of arguments stand in one line, those of types and fields in blocks: Prettier holds the rest.
      '@graphql-eslint/description-style': 'off',
      // Only what `node(id)` finds has an id.
      '@graphql-eslint/strict-id-in-types': 'off',
      // `Image.imageId` is what people call it: docker's image ID.
      '@graphql-eslint/no-typename-prefix': 'off',
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
          DirectiveDefinition: true,
        },
      ],
    },
  },
);
