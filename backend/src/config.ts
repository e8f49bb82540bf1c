import { resolve } from 'node:path'
import { z } from 'zod'
import { StartupError } from './lib/errors.ts'

/** All that can be configured, parsed and frozen. Only this file reads the environment. */
export type Config = Readonly<z.output<typeof configSchema>>

const flag = z.enum(['true', 'false', '1', '0'], { error: 'must be true or false' }).transform((value) => value === 'true' || value === '1')
const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z.coerce.number({ error }).int(error).min(min, error).max(max, error)
}
const port = wholeNumber(0, 65_535)
const positive = wholeNumber(1, 1_000_000)

/** The name of the environment variable behind each key, its rule and its default; .env.example explains each. */
const variables = {
  PORT: port.default(3000),
  HOST: z.string().min(1).optional(),
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATA_DIR: z.string().min(1).default('./data'),
  MONGO_DB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://').optional(),
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  ALLOWED_ORIGINS: z.string().default('').transform(origins),
  TRUST_PROXY: wholeNumber(0, 10).default(0),
  SECURE_COOKIES: flag.optional(),
  ACCESS_TOKEN_MINUTES: wholeNumber(1, 24 * 60).default(15),
  SESSION_DAYS: wholeNumber(1, 3650).default(30),
  BCRYPT_COST: wholeNumber(4, 16).default(10),
  SIGNUPS_PER_HOUR: positive.default(200),
  LOGIN_FAILURES_PER_15_MINUTES: positive.default(20),
  MESSAGES_PER_MINUTE: positive.default(300),
  METRICS_TOKEN: z.string().regex(/^\S{32,}$/, 'must have at least 32 characters, and no space').optional(),
}

export const VARIABLE_NAMES = Object.keys(variables)

const configSchema = z
  .object(variables)
  .superRefine((env, issue) => {
    if (env.MONGO_DB_URI !== undefined && env.JWT_SECRET === undefined) {
      issue.addIssue({ code: 'custom', path: ['JWT_SECRET'], message: 'is required with MONGO_DB_URI: every node must share it' })
    }
  })
  .transform((env) => ({
    port: env.PORT,
    /** Undefined: every interface, IPv6 and IPv4. */
    host: env.HOST,
    environment: env.NODE_ENV,
    logLevel: env.LOG_LEVEL,
    dataDir: resolve(env.DATA_DIR),
    mongoUri: env.MONGO_DB_URI,
    /** Undefined with embedded storage: app.ts then keeps one of its own in dataDir. */
    jwtSecret: env.JWT_SECRET,
    /** Origins besides the server's own that may use the API with cookies. */
    allowedOrigins: env.ALLOWED_ORIGINS,
    /** How many proxies stand before the server; their X-Forwarded-* headers are believed. */
    trustProxy: env.TRUST_PROXY,
    /** Undefined: Secure when the request came over HTTPS. */
    secureCookies: env.SECURE_COOKIES,
    accessTokenSeconds: env.ACCESS_TOKEN_MINUTES * 60,
    sessionSeconds: env.SESSION_DAYS * 24 * 3600,
    bcryptCost: env.BCRYPT_COST,
    /** From one address. */
    signupsPerHour: env.SIGNUPS_PER_HOUR,
    /** For one account from one address; from one address alone five times as many. */
    loginFailuresPer15Minutes: env.LOGIN_FAILURES_PER_15_MINUTES,
    /** By one person. */
    messagesPerMinute: env.MESSAGES_PER_MINUTE,
    /** Undefined: there is no `/metrics`. */
    metricsToken: env.METRICS_TOKEN,
  }))

/** Bad configuration: the message lists every bad key, for a person to read. */
export class ConfigError extends StartupError {}

/**
 * @param env what `process.env` holds, `.env` included; empty strings count as absent
 * @throws ConfigError naming every bad key at once
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const result = configSchema.safeParse(given)
  if (result.success) return Object.freeze(result.data)
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new ConfigError(`Parley cannot start, the configuration is not valid:\n${lines.join('\n')}\nEvery variable is explained in .env.example.`)
}

/** Reads `.env` of the working directory (variables already set win) and the environment. */
export async function loadConfig(): Promise<Config> {
  const { config } = await import('dotenv')
  config({ quiet: true })
  return parseConfig(process.env)
}

function origins(list: string, issue: z.core.$RefinementCtx<string>): string[] {
  return list
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')
    .map((origin) => {
      if (URL.canParse(origin) && new URL(origin).origin === origin) return origin
      issue.addIssue({ code: 'custom', message: `${origin} is not an origin such as https://chat.example.org` })
      return origin
    })
}
