import type { TestGateway } from './gateway.ts';
import type { Override } from './skopeo.ts';

/** All fields of an image that say something about itself. */
export const imageFields = `
fragment fields on Image {
  reference digest shortDigest imageId mediaType kind artifactType size manifestSize
  platform { os architecture variant osVersion }
  platforms { name platform { os architecture variant osVersion } digest size }
  layers { digest size mediaType }
  config {
    created author user env entrypoint command workingDir exposedPorts volumes labels { key value } stopSignal
    history { created createdBy author comment emptyLayer }
  }
  annotations { key value }
  raw
}`;

/** What the gateway answers for {@link imageFields}. */
export interface ImageAnswer {
  readonly kind: string | null;
  readonly digest: string;
  readonly raw: string;
  readonly platforms: readonly { readonly digest: string; readonly platform: Override | null }[];
}

/** The image that a reference names, with {@link imageFields}; null where the gateway knows none. */
export async function imageOf(
  gateway: Pick<TestGateway, 'data'>,
  reference: string,
  platform?: string,
): Promise<ImageAnswer | null> {
  const query = `query ($reference: String!, $platform: String) {
    image(reference: $reference, platform: $platform) { ...fields }
  } ${imageFields}`;
  const { image } = await gateway.data(query, { reference, platform });
  return image as ImageAnswer | null;
}
