const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What a duration looks like: a whole number and its unit. */
export const durationPattern = /^(0|[1-9]\d{0,8})(ms|s|m|h|d)$/;

/** The milliseconds of `60s`, `5m`, `24h`, `7d` or `250ms`; `undefined` where the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = durationPattern.exec(text) ?? [];
  const scale = unit === undefined ? undefined : milliseconds[unit];
  return count === undefined || scale === undefined ? undefined : Number(count) * scale;
}
