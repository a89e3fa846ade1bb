/** Something that takes text from strangers. */
export interface Target {
  /** By which `--only` knows it. */
  readonly name: string;
  /** Texts that it takes well; what it is tried with is made of them. */
  readonly samples: readonly string[];
  /** Words of the language of the texts. */
  readonly words: readonly string[];
  /**
   * Gives it a text. May throw a GatewayError, or reject with one; whatever else is thrown is a fault,
   * be it the target's own or one that is thrown here since its answer is not what it must be.
   */
  readonly take: (text: string) => unknown;
  /** How much time of the processor one text may take, in milliseconds. Default 200. */
  readonly mostMs?: number;
}
