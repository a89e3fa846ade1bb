import type { ServerResponse } from 'node:http';
import { authorize, authorizePath, isAnonymous } from './access.ts';
import type { SampleRbac } from './access.ts';
import type { Cluster } from './cluster.ts';
import { discover } from './discovery.ts';
import { list } from './lists.ts';
import type { Listed, Representation } from './lists.ts';
import { parsePath, readBody, verbOf } from './requests.ts';
import type { ApiRequest } from './requests.ts';
import { reviewSelf, reviewSubject, reviewToken } from './reviews.ts';
import { absentResource, jsonAnswer, methodNotAllowed, notFound, refuse, success } from './status.ts';
import type { Answer } from './status.ts';
import { answerImport } from './imports.ts';
import { answerMapping } from './mappings.ts';
import { listProjects } from './projects.ts';
import { answerLayers, answerStreamImage } from './stream-images.ts';
import { answerStream } from './streams.ts';
import { imageStreamTags, imageTags } from './tag-resources.ts';
import { answerTags } from './tags.ts';
import { withKind } from './watches.ts';
import type { Watches } from './watches.ts';
import type { Workloads } from './workloads.ts';

/** A request before its path is understood. */
export type PlainRequest = Pick<
  ApiRequest,
  'method' | 'path' | 'query' | 'contentType' | 'accept' | 'body' | 'identity'
>;

/** Answers requests; undefined where the response has become a watch. */
export type Routes = (request: PlainRequest, response: ServerResponse) => Promise<Answer | undefined>;

const group = 'image.openshift.io';

/** All paths of the sample cluster. */
export function createRoutes(cluster: Cluster, workloads: Workloads, watches: Watches, rbac: SampleRbac): Routes {
  const images: Listed = { apiVersion: `${group}/v1`, kind: 'Image', collection: cluster.images };
  const streams: Listed = { apiVersion: `${group}/v1`, kind: 'ImageStream', collection: cluster.streams };

  function listOrWatch(listed: Listed, request: ApiRequest, response: ServerResponse): Answer | undefined {
    const representation = chooseRepresentation(request.accept, request.isWatch);
    if (!request.isWatch) return list(cluster.store, listed, request.namespace, request.query, representation);
    const query = new URLSearchParams(request.query);
    if (request.name !== undefined) query.set('fieldSelector', `metadata.name=${request.name}`);
    watches.open(response, listed, request.namespace, query, representation);
    return undefined;
  }

  /** Lists, watches and single reads of a resource that nobody writes through the API. */
  function answerReads(listed: Listed, request: ApiRequest, response: ServerResponse): Answer | undefined {
    if (request.method !== 'GET' || request.subresource !== undefined) throw methodNotAllowed();
    if (request.name === undefined || request.isWatch) return listOrWatch(listed, request, response);
    const entry = listed.collection.get(request.namespace ?? '', request.name);
    if (entry === undefined) throw notFound(request.resource, request.name, request.group);
    return jsonAnswer(200, withKind(entry, listed));
  }

  function answerImages(request: ApiRequest, response: ServerResponse): Answer | undefined {
    const { method, name } = request;
    if (method !== 'DELETE' || name === undefined) return answerReads(images, request, response);
    if (cluster.images.remove('', name, (_, last) => last) === undefined) throw notFound('images', name);
    return jsonAnswer(200, success({ details: { name, group, kind: 'images' } }));
  }

  function answerStreams(request: ApiRequest, response: ServerResponse): Answer | undefined {
    if (request.subresource === 'layers') return answerLayers(cluster, request);
    if (request.subresource === 'secrets')
      return jsonAnswer(200, { kind: 'SecretList', apiVersion: 'v1', metadata: {}, items: [] });
    if (request.subresource !== undefined && request.subresource !== 'status') throw absentResource();
    const isMany = request.name === undefined || request.isWatch;
    return request.method === 'GET' && isMany
      ? listOrWatch(streams, request, response)
      : answerStream(cluster, request);
  }

  function answerImageApi(
    request: ApiRequest,
    response: ServerResponse,
  ): Answer | undefined | Promise<Answer | undefined> {
    switch (request.resource) {
      case 'images':
        return answerImages(request, response);
      case 'imagestreams':
        return answerStreams(request, response);
      case 'imagestreamtags':
        return answerTags(cluster, imageStreamTags, request);
      case 'imagetags':
        return answerTags(cluster, imageTags, request);
      case 'imagestreamimages':
        return answerStreamImage(cluster, request);
      case 'imagestreamimports':
        return answerImport(cluster, request);
      case 'imagestreammappings':
        return answerMapping(cluster, request);
      default:
        throw absentResource();
    }
  }

  /** What everybody with a name may do: ask for one's own rights, and for one's own projects. */
  function answerOwn(request: ApiRequest): Answer | undefined {
    if (isAnonymous(request.identity)) return undefined;
    switch (`${request.method} ${request.group}/${request.resource}`) {
      case 'POST authorization.k8s.io/selfsubjectaccessreviews':
        return reviewSelf(request.identity, readBody(request, 'SelfSubjectAccessReview'));
      case 'GET project.openshift.io/projects':
        return listProjects(cluster, request.identity);
      default:
        return undefined;
    }
  }

  /** What takes a right: to ask about others (the role `system:auth-delegator`). */
  function answerReviews(request: ApiRequest): Answer | undefined {
    switch (`${request.method} ${request.group}/${request.resource}`) {
      case 'POST authorization.k8s.io/subjectaccessreviews':
        return reviewSubject(rbac, readBody(request, 'SubjectAccessReview'));
      case 'POST authentication.k8s.io/tokenreviews':
        return reviewToken(rbac, readBody(request, 'TokenReview'));
      default:
        return undefined;
    }
  }

  return async (plain, response) => {
    const parsed = parsePath(plain.path);
    if (parsed === undefined) {
      authorizePath(plain.identity, plain.path);
      return discover(cluster, plain.path);
    }
    const isWatch = parsed.isWatch || ['1', 'true'].includes(plain.query.get('watch') ?? '');
    const request: ApiRequest = { ...plain, ...parsed, isWatch };
    const own = answerOwn(request);
    if (own !== undefined) return own;
    authorize(request.identity, { ...request, verb: verbOf(request) });
    const review = answerReviews(request);
    if (review !== undefined) return review;
    if (request.group === group && request.version === 'v1') return answerImageApi(request, response);
    const workload = workloads.find(request.group, request.version, request.resource);
    if (workload === undefined) throw absentResource();
    return answerReads(workload, request, response);
  };
}

/** What a client accepts: the first that is known here. Tables are not, as a real server would answer them. */
function chooseRepresentation(accept: string, isWatch: boolean): Representation {
  for (const range of accept === '' ? ['*/*'] : accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue;
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3);
    if (as === undefined) return 'whole';
    if (as === (isWatch ? 'PartialObjectMetadata' : 'PartialObjectMetadataList')) return 'metadata';
  }
  throw refuse(
    406,
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    {},
  );
}
