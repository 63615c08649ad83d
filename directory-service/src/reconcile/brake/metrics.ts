import { metrics } from "@opentelemetry/api";
import type { HoldSummary } from "../../storage/hold-watch.ts";

// Asked for each time: where an SDK is loaded it knows its instruments, and this is rare.
const meter = () => metrics.getMeter("rollcall.reconcile");

/** Counts that the brake has tripped. */
export function countTrip(): void {
  meter().createCounter("rollcall.reconcile.brake.trips", { unit: "{trip}" }).add(1);
}

/** Counts a reminder of a hold. */
export function countReminder(): void {
  meter().createCounter("rollcall.reconcile.hold.reminders", { unit: "{reminder}" }).add(1);
}

/** Counts a hold on which nobody has decided. */
export function countExpiry(): void {
  meter().createCounter("rollcall.reconcile.hold.expirations", { unit: "{hold}" }).add(1);
}

/**
 * Offers how many holds are in force, since when the oldest is, and how many
 * people they keep enabled, of all accounts together. Every replica gives the
 * same. `read` is asked when an exporter asks; `stop` takes the offer back.
 */
export function observeHolds(read: () => Promise<HoldSummary | undefined>, now: () => Date): { stop(): void } {
  const holds = meter().createObservableGauge("rollcall.reconcile.holds", { unit: "{hold}" });
  const age = meter().createObservableGauge("rollcall.reconcile.hold.age", { unit: "s" });
  const people = meter().createObservableGauge("rollcall.reconcile.hold.people", { unit: "{person}" });
  const instruments = [holds, age, people];
  const observe: Parameters<ReturnType<typeof meter>["addBatchObservableCallback"]>[0] = async (result) => {
    const summary = await read();
    if (!summary) return;
    result.observe(holds, summary.holds);
    result.observe(people, summary.people);
    result.observe(age, summary.since ? (now().getTime() - summary.since.getTime()) / 1_000 : 0);
  };
  meter().addBatchObservableCallback(observe, instruments);
  return { stop: () => meter().removeBatchObservableCallback(observe, instruments) };
}
