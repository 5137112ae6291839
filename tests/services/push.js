// Pushes, replaces, adds and deletes groups with prom-client at the address that is given.
'use strict';

const client = require('prom-client');

function registry(value) {
  const register = new client.Registry();
  const registers = [register];
  new client.Counter({ registers, name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] }).inc({ queue: 'a "b"\\c\n é' }, value);
  const load = new client.Gauge({ registers, name: 'load', help: 'Load.', labelNames: ['kind'] });
  load.set({ kind: 'third' }, value / 3);
  load.set({ kind: 'unknown' }, NaN);
  load.set({ kind: 'endless' }, -Infinity);
  const took = new client.Histogram({ registers, name: 'took_seconds', help: 'Duration.', labelNames: ['step'], buckets: [0.1, 1, 10] });
  took.observe({ step: 'read' }, value);
  took.observe({ step: 'write' }, 0.05);
  const size = new client.Summary({ registers, name: 'size_bytes', help: 'Size.', percentiles: [0.5, 0.9] });
  [1, 2, value].forEach((bytes) => size.observe(bytes));
  return register;
}

function small(name, value) {
  const register = new client.Registry();
  new client.Gauge({ registers: [register], name, help: 'Small.' }).set(value);
  return register;
}

async function main(address) {
  const gateway = (register) => new client.Pushgateway(`http://${address}`, { timeout: 10_000 }, register);
  await gateway(registry(2)).push({ jobName: 'whole' });
  await gateway(registry(5)).push({ jobName: 'whole' });
  await gateway(registry(3)).push({ jobName: 'keyed', groupings: { instance: 'i-1', zone: 'north east' } });
  await gateway(small('first', 1)).pushAdd({ jobName: 'added' });
  await gateway(small('second', 2)).pushAdd({ jobName: 'added' });
  await gateway(small('first', 3)).pushAdd({ jobName: 'added' });
  await gateway(small('gone', 1)).push({ jobName: 'replaced' });
  await gateway(small('stays', 2)).push({ jobName: 'replaced' });
  await gateway(small('deleted', 1)).push({ jobName: 'deleted' });
  await gateway(small('deleted', 1)).delete({ jobName: 'deleted' });
  await gateway(small('emptied', 1)).push({ jobName: 'emptied' });
  await gateway(new client.Registry()).push({ jobName: 'emptied' });
}

main(process.argv[2]);
