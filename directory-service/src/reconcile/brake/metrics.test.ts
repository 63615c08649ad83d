import { metrics } from "@opentelemetry/api";
import * as sdk from "@opentelemetry/sdk-metrics";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BrakeFixture, createBrakeFixture } from "../../../test/brake-fixture.ts";
import { logger } from "../../../test/reconcile-fixture.ts";
import { startHoldWatch } from "./watch-holds.ts";

const HOUR_MS = 3_600_000;
const reader = new sdk.PeriodicExportingMetricReader({
  exporter: new sdk.InMemoryMetricExporter(sdk.AggregationTemporality.CUMULATIVE),
  exportIntervalMillis: HOUR_MS,
});
const provider = new sdk.MeterProvider({ readers: [reader] });

let directory: BrakeFixture;

beforeAll(async () => {
  metrics.setGlobalMeterProvider(provider);
  directory = await createBrakeFixture();
});
afterAll(async () => {
  await directory?.close();
  await provider.shutdown();
  metrics.disable();
});

/** What an exporter is given now, by name: value and attributes. */
async function collected(): Promise<Record<string, unknown>> {
  const { resourceMetrics } = await reader.collect();
  const found = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return Object.fromEntries(
    found.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      dataPoints.map(({ value, attributes }) => ({ value, attributes })),
    ]),
  );
}

const alone = (value: unknown) => [{ value, attributes: {} }];

it("holds and trips are told to exporters, without a word of whose they are", async () => {
  let now = new Date();
  const watch = startHoldWatch({ db: directory.db, logger, scheduleReconcile: () => {}, now: () => now });
  expect(await collected()).toEqual({
    "rollcall.reconcile.holds": alone(0),
    "rollcall.reconcile.hold.people": alone(0),
    "rollcall.reconcile.hold.age": alone(0),
  });

  await directory.deactivate(await directory.provision(30));
  await directory.reconcile();
  const [hold] = await directory.rows("select extract(epoch from create_time) * 1000 as time from hold");
  now = new Date(Math.round(Number(hold?.["time"])) + 2 * HOUR_MS);
  expect(await collected()).toMatchObject({
    "rollcall.reconcile.holds": alone(1),
    "rollcall.reconcile.hold.people": alone(30),
    "rollcall.reconcile.hold.age": alone(7_200),
    "rollcall.reconcile.brake.trips": alone(1),
  });
  await watch.stop();

  await startHoldWatch({ db: directory.db, logger, scheduleReconcile: () => {}, now: () => now }).stop();
  now = new Date(now.getTime() + 7 * 24 * HOUR_MS);
  await startHoldWatch({ db: directory.db, logger, scheduleReconcile: () => {}, now: () => now }).stop();
  const told = await collected();
  expect(told).toMatchObject({
    "rollcall.reconcile.hold.reminders": alone(1),
    "rollcall.reconcile.hold.expirations": alone(1),
  });
});
