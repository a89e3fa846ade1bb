import { crc32 } from 'node:zlib';
import { digestOf } from '../registry/store.ts';
import type { Digest } from '../../src/domain/digest.ts';

/** A layer as it is pulled, with the digest of its archive before compression, which configurations list. */
export interface Layer {
  readonly bytes: Uint8Array;
  readonly diffId: Digest;
}

export interface LayerFile {
  /** Without a leading slash; folders come to be with their files. */
  readonly path: string;
  readonly content: string;
  readonly executable?: boolean;
}

/** A `tar+gzip` layer (image-spec layer.md) with these files, owned by root and dated 1970. The same files make the same bytes on every machine. */
export function buildLayer(files: readonly LayerFile[]): Layer {
  const folders = new Set(files.flatMap(({ path }) => parents(path)));
  const entries = [
    ...[...folders].toSorted().map((path) => tarHeader(`${path}/`, 0, 0o755, '5')),
    ...files.flatMap((file) => tarFile(file)),
  ];
  const archive = Buffer.concat([...entries, Buffer.alloc(1024)]);
  return { bytes: gzipStored(archive), diffId: digestOf(archive) };
}

function parents(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function tarFile({ path, content, executable }: LayerFile): readonly Buffer[] {
  const bytes = Buffer.from(content);
  const padding = Buffer.alloc((512 - (bytes.byteLength % 512)) % 512);
  return [tarHeader(path, bytes.byteLength, executable === true ? 0o755 : 0o644, '0'), bytes, padding];
}

/** A header of the ustar format (POSIX.1-2017, pax, "ustar Interchange Format"). */
function tarHeader(path: string, size: number, mode: number, type: '0' | '5'): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(path, 0, 100);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/**
 * A gzip member of stored blocks (RFC 1952, RFC 1951 §3.2.4). Compressing would give other bytes under another version of
 * zlib, or on another processor, and digests are to be the same everywhere.
 */
export function gzipStored(bytes: Uint8Array): Uint8Array {
  const most = 0xffff;
  const blocks: Uint8Array[] = [];
  for (let start = 0; start === 0 || start < bytes.byteLength; start += most) {
    const block = bytes.subarray(start, start + most);
    const head = Buffer.alloc(5);
    head.writeUInt8(start + most >= bytes.byteLength ? 1 : 0, 0);
    head.writeUInt16LE(block.byteLength, 1);
    head.writeUInt16LE(~block.byteLength & 0xffff, 3);
    blocks.push(head, block);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.byteLength % 2 ** 32, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]), ...blocks, trailer]);
}
