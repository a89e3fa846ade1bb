import { jest } from '@jest/globals';

/** What goes on as ever: timers, sockets and what they measure. */
const ticking = [
  ...(['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'] as const),
  ...(['nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const),
];

/** Lets the time of day stand still for a gateway that is started after this, until `pass` moves it. */
export function holdTime(): void {
  jest.useFakeTimers({ doNotFake: ticking });
}

/** Moves the time of day. */
export function pass(ms: number): void {
  jest.setSystemTime(Date.now() + ms);
}

/** Gives the time of day back to the machine. */
export function releaseTime(): void {
  jest.useRealTimers();
}
