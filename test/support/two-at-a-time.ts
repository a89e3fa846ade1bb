/** Calls a function for each item, two at a time: as many as the processors of a small machine. */
export async function twoAtATime<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const left = items.values();
  async function worker(): Promise<void> {
    for (const item of left) await work(item);
  }
  await Promise.all([worker(), worker()]);
}
