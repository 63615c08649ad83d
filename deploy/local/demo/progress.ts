import { SingleBar } from "cli-progress";

/** One step of the demo on the screen. */
export interface Progress {
  advance(): void;
  /** Ends the step with what came of it. */
  done(summary: string): void;
}

/** A bar on a terminal, a line at the end elsewhere. */
export function createProgress(label: string, total: number, terminal = process.stdout.isTTY): Progress {
  const title = label.padEnd(14);
  const bar = terminal
    ? new SingleBar({
        format: `${title} {bar} {value}/{total} {duration_formatted}`,
        clearOnComplete: true,
        hideCursor: true,
      })
    : undefined;
  bar?.start(total, 0);
  return {
    advance: () => bar?.increment(),
    done(summary) {
      bar?.stop();
      console.log(`${title} ${summary}`);
    },
  };
}
