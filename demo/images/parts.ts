import { createHash } from 'node:crypto';
import type { Platform } from '../../src/domain/platform.ts';
import type { PlannedLayer } from './build.ts';
import { buildLayer } from './layer.ts';

/** A layer that several images may share: the same part for the same platform is the same bytes. */
export interface Part {
  /** A path-like name with the version, as `sample-linux-3.20`. */
  readonly name: string;
  /** The command that the history shows. */
  readonly command: string;
  /** About how large the layer is. */
  readonly kibibytes: number;
  /** Small files of its own, beside the bulk. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Builds parts, each once per platform. */
export interface Parts {
  layer(part: Part, platform: Platform): PlannedLayer;
}

/** Parts that remember what they built. */
export function createParts(): Parts {
  const built = new Map<string, PlannedLayer>();
  return {
    layer(part, platform) {
      const { name, command } = part;
      const key = `${name} ${platformText(platform)}`;
      let layer = built.get(key);
      if (layer === undefined) {
        const own = Object.entries(part.files ?? {}).map(([path, content]) => ({ path, content }));
        const bulk = { path: `usr/share/sample/${name}.txt`, content: filler(key, part.kibibytes * 1024) };
        layer = { ...buildLayer([...own, bulk]), command };
        built.set(key, layer);
      }
      return layer;
    },
  };
}

/** A platform as docker writes it: `linux/arm/v7`. */
function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** Reads a platform of the samples: `linux/arm/v7`. */
export function platform(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/');
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}

/** Lines of digits that follow from a seed alone. */
function filler(seed: string, bytes: number): string {
  const digits = createHash('shake256', { outputLength: Math.ceil(bytes / 2) })
    .update(seed)
    .digest('hex');
  return `${seed}\n${digits.replace(/.{1,76}/g, '$&\n')}`;
}
