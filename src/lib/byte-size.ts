const bytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** What a size looks like: a whole number and its unit, decimal (`MB`) or binary (`MiB`, IEC 80000-13). */
export const byteSizePattern = /^(0|[1-9]\d{0,8})(B|kB|MB|GB|KiB|MiB|GiB)$/;

/** The bytes of `256MiB` or `64KiB`; `undefined` where the text is not a size or passes 2^53-1. */
export function parseByteSize(text: string): number | undefined {
  const [, count, unit] = byteSizePattern.exec(text) ?? [];
  const scale = unit === undefined ? undefined : bytes[unit];
  const size = count === undefined || scale === undefined ? undefined : Number(count) * scale;
  return size !== undefined && Number.isSafeInteger(size) ? size : undefined;
}
