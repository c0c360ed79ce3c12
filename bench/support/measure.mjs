// What the benchmarks in JavaScript share: quantiles, the server's own histograms, its processor time
// and memory, and the report that every run leaves behind.
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const resultsFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../build/bench');

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function quantile(values, q) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}

/** p50, p95, p99 and worst of `values`, rounded to microseconds of a millisecond. */
export function spread(values) {
  const at = (q) => round(quantile(values, q), 3);
  return { count: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), worst: at(1) };
}

export function round(value, digits) {
  return value === null ? null : Number(value.toFixed(digits));
}

/** A scrape of /metrics: counters by name, histograms with cumulative buckets. */
export async function scrape(server) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const values = new Map();
  for (const line of text.split('\n')) {
    const found = /^([a-z_]+(?:\{[^}]*\})?) (\S+)$/.exec(line);
    if (found) values.set(found[1], Number(found[2]));
  }
  return values;
}

/** The observations between two scrapes: [{le, count}] cumulative, le in seconds. */
export function histogramBetween(before, after, name) {
  const buckets = [];
  for (const [key, value] of after) {
    const le = new RegExp(`^${name}_bucket\\{le="([^"]+)"\\}$`).exec(key)?.[1];
    if (le) buckets.push({ le: le === '+Inf' ? Infinity : Number(le), count: value - (before.get(key) ?? 0) });
  }
  return buckets.sort((a, b) => a.le - b.le);
}

/** The upper edge, in ms, of the bucket in which the quantile lies. */
export function bucketQuantileMs(buckets, q) {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return null;
  return round(buckets.find((bucket) => bucket.count >= q * total).le * 1000, 4);
}

const tickSeconds = 1 / Number(execFileSync('getconf', ['CLK_TCK']));

/** Processor time of a process since its start, all threads, in seconds. */
export async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickSeconds;
}

export async function residentMiB(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
}

export function conditions() {
  const [cpu] = os.cpus();
  return {
    date: new Date().toISOString(),
    processor: `${os.cpus().length} x ${cpu?.model ?? 'unknown'}`,
    loadAverage: os.loadavg().map((value) => round(value, 2)),
    kernel: os.release(),
    node: process.version,
  };
}

/** One line of the printed report; `limit` gives the ratio, which is good below 1. */
export function line(name, value, unit, limit) {
  const ratio = limit === undefined || value === null ? '' : `  ${(value / limit).toFixed(2)} of the limit of ${limit} ${unit}`;
  console.log(`${name.padEnd(58)} ${value === null ? 'none' : value} ${unit}${ratio}`);
}

export async function writeResults(name, results) {
  await mkdir(resultsFolder, { recursive: true });
  const file = path.join(resultsFolder, `${name}.json`);
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`written: ${path.relative(process.cwd(), file)}`);
}
