import { z } from 'zod';
import { nearest } from '../lib/nearest.ts';
import { readImageStreamPattern, readRepositoryPattern } from '../domain/access-pattern.ts';
import type { RegistryName } from '../domain/reference.ts';
import { shown } from './shown.ts';
import { address, filePath, flag, host, label, text } from './values.ts';

const openAccess = 'write access: { mode: open }, which lets everyone who reaches the port read all that is configured';

const modes = ['open', 'policy'] as const;
const verbs = ['list', 'get', 'inspect', 'watch', 'tag', 'import', 'delete'] as const;
/** Those whose keys come in pairs: with the others, whoever can check a token could make one. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

const callersName = () =>
  label().describe(
    'The name of these callers, which stands in the names of their users and groups: `oidc:corp:alice`.',
  );

const oidcSchema = z
  .strictObject({
    name: callersName(),
    kind: z.literal('oidc').describe('Whoever shows a token (JWT) that an OpenID Connect issuer signed.'),
    issuer: address().describe('The issuer, exactly as its tokens say it in `iss`.'),
    audience: text().describe('What tokens must be meant for, in `aud`.'),
    algorithms: z
      .array(z.enum(algorithms, { error: algorithmMessage }))
      .min(1, { error: 'is empty: name an algorithm, or leave the key out' })
      .describe('How tokens may be signed.')
      .prefault(['RS256']),
    userClaim: text().describe('The claim that names the user.').prefault('sub'),
    groupsClaim: text().describe('The claim that names the groups.').prefault('groups'),
    jwksUrl: address().describe("Where the issuer's keys are. Default: where its discovery document says.").optional(),
    caFile: filePath().describe('Certificates (PEM) that the issuer is trusted by, besides the usual ones.').optional(),
    allowPrivateNetwork: flag()
      .describe('Allows the very hosts and ports of `issuer` and `jwksUrl` to be at private or loopback addresses.')
      .prefault(false),
    insecure: flag().describe('Allows plain http to the issuer.').prefault(false),
  })
  .describe('Users of an OpenID Connect issuer.');

const kubernetesSchema = z
  .strictObject({
    name: callersName(),
    kind: z.literal('kubernetes').describe("Whoever shows a token that a cluster's TokenReview knows."),
    source: text().describe('The entry under `streams`, of kind `openshift`, whose cluster is asked.'),
    audience: text().describe('What tokens must be meant for.'),
  })
  .describe('Users and service accounts of a cluster.');

const tokenSchema = z
  .strictObject({
    name: callersName(),
    kind: z.literal('token').describe('Whoever shows a token that stands in a file, as automation does.'),
    tokensFile: filePath().describe(
      'A file with a line for each token: a name, the SHA-256 of the token in hexadecimal, and maybe groups, separated by commas.',
    ),
  })
  .describe('Holders of tokens that stand in a file.');

const callersSchema = z.discriminatedUnion('kind', [oidcSchema, kubernetesSchema, tokenSchema], {
  error: 'is no kind of callers: write oidc, kubernetes or token',
});

const verbList = () => z.array(z.enum(verbs, { error: verbMessage }));

const ruleSchema = z
  .strictObject({
    users: z
      .array(text())
      .describe(
        'Whom the rule is about: names such as `oidc:corp:alice`, or patterns in which `*` stops at nothing; `anonymous` is who shows no credential, `**` everyone.',
      )
      .prefault([]),
    groups: z.array(text()).describe('The same by groups, such as `oidc:corp:devs`.').prefault([]),
    allow: verbList().describe('What is allowed. Either this or `deny`.').prefault([]),
    deny: verbList().describe('What is not allowed, whatever other rules say.').prefault([]),
    repositories: z
      .array(text().refine((it) => readRepositoryPattern(it) !== undefined, { error: repositoryMessage }))
      .describe(
        'On which repositories: `registry/repository[:tag]`, the registry by its configured name. `*` is within a path part, `**` across; without a tag, all tags and what has none.',
      )
      .prefault([]),
    imageStreams: z
      .array(text().refine((it) => readImageStreamPattern(it) !== undefined, { error: imageStreamMessage }))
      .describe('On which image streams, in the same way: `source/namespace/stream[:tag]`.')
      .prefault([]),
  })
  .describe('Who may, or may not, do what with what.');

const clusterSchema = z
  .strictObject({
    source: text().describe(
      'The entry under `streams`, of kind `openshift`, whose cluster decides about its image streams.',
    ),
    callers: z
      .array(text())
      .min(1, { error: 'is empty: name callers, or leave the key out' })
      .describe(
        'The callers whose names the cluster knows: its own, or those of an issuer that it trusts as well. Default: those of kind `kubernetes` with this source.',
      )
      .optional(),
    registries: z
      .array(host())
      .describe(
        'Entries under `registries`, of kind `openshift`, whose repositories are image streams of this cluster: it decides about these too.',
      )
      .prefault([]),
  })
  .describe('A cluster that decides by its own RBAC.');

const openSchema = z
  .strictObject({ mode: z.literal('open').describe('Everyone who reaches the port may do everything.') })
  .describe('Everyone who reaches the port may read all that is configured. To be said in so many letters.');

const policySchema = z
  .strictObject({
    mode: z.literal('policy').describe('Who calls is asked, and rules say what they may do.'),
    anonymous: flag()
      .describe(
        'Lets in who shows no credential, as `anonymous`, who may do what rules say. Else they are refused with UNAUTHENTICATED.',
      )
      .prefault(false),
    callers: z.array(callersSchema).describe('Who may call, and how they are known.').prefault([]),
    rules: z
      .array(ruleSchema)
      .describe('Who may do what: allow rules add up, a deny always wins, and what no rule allows is hidden.')
      .prefault([]),
    clusters: z
      .array(clusterSchema)
      .describe('Clusters that decide about what is theirs, in place of allow rules (SubjectAccessReview).')
      .prefault([]),
  })
  .describe('Callers say who they are, and rules say what each may do; see security.md.');

/** The group `access`, as the file says it. */
export const accessSchema = z.discriminatedUnion('mode', [openSchema, policySchema], { error: modeMessage });

type AccessFile = z.output<typeof accessSchema>;
type PolicyFile = Extract<AccessFile, { readonly mode: 'policy' }>;

/** How it is found out who calls. */
export type CallersConfig = Readonly<z.output<typeof callersSchema>>;

/** Who may, or may not, do what: `allow` and `deny` hold verbs, one of both lists is empty. */
export type AccessRule = Readonly<z.output<typeof ruleSchema>>;

/** A cluster that decides about what is its own. */
export interface DelegationConfig {
  /** The name of an entry under `streams`, of kind `openshift`. */
  readonly source: string;
  /** The callers whose names the cluster knows. */
  readonly callers: readonly Exclude<CallersConfig, { readonly kind: 'token' }>[];
  /** Registries whose repositories are its image streams. */
  readonly registries: readonly RegistryName[];
}

/** Who may read and write what. */
export type AccessConfig =
  | Extract<AccessFile, { readonly mode: 'open' }>
  | (Readonly<Omit<PolicyFile, 'callers' | 'rules' | 'clusters'>> & {
      readonly callers: readonly CallersConfig[];
      readonly rules: readonly AccessRule[];
      readonly clusters: readonly DelegationConfig[];
    });

function modeMessage({ code, input }: { readonly code?: string; readonly input?: unknown }): string | undefined {
  if (code === 'invalid_type')
    return input === undefined ? `is missing: ${openAccess}` : `is ${shown(input)}: ${openAccess}`;
  if (code !== 'invalid_union') return undefined;
  const mode = typeof input === 'object' && input !== null && 'mode' in input ? input.mode : undefined;
  if (mode === undefined) return `is missing: ${openAccess}; or mode: policy, with callers and rules`;
  const meant = typeof mode === 'string' ? nearest(mode, modes) : undefined;
  const hint = meant === undefined ? '' : `did you mean ${meant}? Or `;
  return `is ${shown(mode)}, which is no mode: ${hint}${openAccess}; or mode: policy, with callers and rules`;
}

function verbMessage({ input }: { readonly input?: unknown }): string {
  const meant = typeof input === 'string' ? nearest(input, verbs) : undefined;
  return `is ${shown(input)}, which is no verb: ${meant === undefined ? `write some of ${verbs.join(', ')}` : `did you mean ${meant}?`}`;
}

function algorithmMessage({ input }: { readonly input?: unknown }): string {
  const secret =
    typeof input === 'string' && /^(?:HS\d+|none)$/i.test(input)
      ? ', by which whoever checks a token could make one'
      : ', which is none that can be checked';
  return `is ${shown(input)}${secret}: write some of ${algorithms.join(', ')}`;
}

function repositoryMessage({ input }: { readonly input?: unknown }): string {
  return `is ${shown(input)}, which is no pattern of repositories: write registry/repository, maybe with :tag, such as registry.corp.example/team/**; * stands for anything within a path part, ** alone between slashes for any parts`;
}

function imageStreamMessage({ input }: { readonly input?: unknown }): string {
  return `is ${shown(input)}, which is no pattern of image streams: write source/namespace/stream, maybe with :tag, such as local/shop/* or local/**:prod; * stands for anything within a name, ** alone between slashes for any names`;
}
