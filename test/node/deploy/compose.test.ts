import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseFlags } from '../../../scripts/start/flags.ts';
import { PASSED_ON } from '../../../scripts/start/worker-variables.ts';

const Service = z.strictObject({
  image: z.string(),
  working_dir: z.string().optional(),
  command: z.string().optional(),
  environment: z.record(z.string(), z.string().nullable()),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  depends_on: z.record(z.string(), z.object({ condition: z.literal('service_healthy') })).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).loose(),
  init: z.boolean().optional(),
  stop_grace_period: z.string().optional(),
  restart: z.literal('unless-stopped'),
});
const Compose = z.strictObject({
  name: z.string(),
  services: z.strictObject({ postgres: Service, app: Service }),
  volumes: z.record(z.string(), z.null()),
});
const { services, volumes } = Compose.parse(
  parse(readFileSync('docker-compose.yml', 'utf8'), { strict: true }),
);
const { app, postgres } = services;

test('runs npm start with valid flags, on every address, against the Postgres beside it', () => {
  const [, install, flags = ''] =
    /^sh -c "(npm ci .*) && exec npm start -- (.*)"$/.exec(app.command ?? '') ?? [];
  expect(install).toBe('npm ci --workspaces=false --no-audit --no-fund');
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = postgres.environment;
  expect(parseFlags(flags.split(/\s+/))).toEqual({
    port: 8787,
    host: '0.0.0.0',
    data_dir: '/data',
    database_url: `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`,
    mode: undefined,
    ingest: true,
    verbose: true,
  });
});

test('passes on every variable that npm start passes on', () => {
  expect(Object.keys(app.environment)).toEqual(PASSED_ON);
  expect(Object.values(app.environment)).toEqual(PASSED_ON.map(() => null));
});

test('publishes the port to this machine only, and keeps its data in volumes', () => {
  expect(app.ports).toEqual(['127.0.0.1:8787:8787']);
  expect(app.volumes).toEqual(['.:/app', 'modules:/app/node_modules', 'data:/data']);
  expect(postgres.volumes).toEqual(['postgres:/var/lib/postgresql/data']);
  expect(Object.keys(volumes)).toEqual(['postgres', 'modules', 'data']);
  expect(app.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
});

test('uses the same Node as the scripts, and a supported Postgres', () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(app.image).toBe(`node:${devDependencies.node.split('.')[0]}-bookworm-slim`);
  expect(Number(postgres.image.replace('postgres:', ''))).toBeGreaterThanOrEqual(15);
});
