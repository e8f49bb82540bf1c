import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { StartupError } from './lib/errors.ts'
import { COST_LIMITS } from './lib/limits/costLimits.ts'
import { RATE_LIMITS } from './lib/limits/rateLimits.ts'

/** The configuration, parsed and frozen. Only this file reads the environment. */
export type Config = Readonly<z.output<typeof configSchema>>

const flag = z
  .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
  .transform((value) => value === 'true' || value === '1')
const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z.coerce.number({ error }).int(error).min(min, error).max(max, error)
}
const port = wholeNumber(0, 65_535)
const positive = wholeNumber(1, 1_000_000)
const bytes = (max: number) => wholeNumber(1, max)
/** Refuses a secret that can be guessed: a placeholder of an example, or few different characters, such as 32 times `a`. */
const secret = (text: z.ZodString) =>
  text
    .refine(
      (value) => !/change.?me|example|replace.?(me|this)|your.?secret/i.test(value),
      'is a placeholder of an example: set a secret of your own',
    )
    .refine(
      (value) => new Set(value).size >= SECRET_CHARACTERS_MIN,
      'is easy to guess: use the output of openssl rand -base64 48',
    )
/** 32 random hexadecimal digits have about 14 different ones. */
const SECRET_CHARACTERS_MIN = 8
const MEBIBYTE = 1024 * 1024
const GIBIBYTE = 1024 * MEBIBYTE
const webAddress = z.url({ protocol: /^https?$/, error: 'must be an address such as https://s3.example.org' })

/** The environment variables, each with its rule and its default. .env.example explains them. */
const variables = {
  PORT: port.default(3000),
  HOST: z
    .string()
    .transform((host) => host.trim().replace(/^\[(.+)\]$/, '$1'))
    .refine(
      (host) => host.startsWith('/') || isIP(host) !== 0 || /^[\w.-]+$/.test(host),
      'must be an address of this machine such as 127.0.0.1 or ::1, or the path of a socket such as /run/parley.sock',
    )
    .optional(),
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATA_DIR: z.string().min(1).default('./data'),
  MONGO_DB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://')
    .optional(),
  REDIS_PREFIX: z.string().min(1).default('parley'),
  AMQP_URL: z
    .string()
    .regex(/^amqps?:\/\//, 'must begin with amqp:// or amqps://')
    .optional(),
  AMQP_PREFIX: z.string().min(1).default('parley'),
  JWT_SECRET: secret(z.string().min(32, 'must have at least 32 characters')).optional(),
  SETUP_CODE: z
    .string()
    .regex(/^(off|.{8,})$/, 'must be off, or have at least 8 characters')
    .optional(),
  ALLOWED_HOSTS: z.string().default('').transform(hosts),
  ALLOWED_ORIGINS: z.string().default('').transform(origins),
  TRUST_PROXY: wholeNumber(0, 10).default(0),
  SECURE_COOKIES: flag.optional(),
  COOKIE_SAME_SITE: z.enum(['strict', 'none'], { error: 'must be strict or none' }).default('strict'),
  ACCESS_TOKEN_MINUTES: wholeNumber(1, 24 * 60).default(15),
  SESSION_DAYS: wholeNumber(1, 3650).default(30),
  BCRYPT_COST: wholeNumber(4, 16).default(10),
  SIGNUPS_PER_HOUR: positive.default(RATE_LIMITS.new_accounts.points),
  LOGIN_FAILURES_PER_15_MINUTES: positive.default(RATE_LIMITS.failed_logins.points),
  MESSAGES_PER_MINUTE: positive.default(RATE_LIMITS.messages.points),
  CONNECTIONS_PER_USER: positive.default(COST_LIMITS.connectionsPerUser),
  CONNECTIONS_PER_ADDRESS: positive.default(COST_LIMITS.connectionsPerAddress),
  // One presigned PUT of S3 carries 5 GiB at most.
  UPLOAD_MAX_BYTES: bytes(5 * GIBIBYTE).default(100 * MEBIBYTE),
  USER_STORAGE_MAX_BYTES: bytes(Number.MAX_SAFE_INTEGER).default(5 * GIBIBYTE),
  MEDIA_MAX_BYTES: bytes(Number.MAX_SAFE_INTEGER).optional(),
  COLD_AFTER_DAYS: wholeNumber(1, 36_500).optional(),
  S3_BUCKET: z.string().min(1).optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ENDPOINT: webAddress.optional(),
  S3_FORCE_PATH_STYLE: flag.default(false),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  MEDIA_CDN_URL: webAddress.optional(),
  CLOUDFRONT_KEY_PAIR_ID: z.string().min(1).optional(),
  CLOUDFRONT_PRIVATE_KEY: z
    .string()
    .transform((key) => key.replaceAll(String.raw`\n`, '\n'))
    .refine(isPrivateKey, 'must be a private key in PEM')
    .optional(),
  SHUTDOWN_SECONDS: wholeNumber(1, 3600).optional(),
  READY_GRACE_SECONDS: wholeNumber(0, 600).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().default('').transform(headers),
  OTEL_SERVICE_NAME: z.string().min(1).default('parley'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('must be a number from 0 to 1')
    .min(0, 'must be at least 0')
    .max(1, 'must be at most 1')
    .default(1),
  METRICS_TOKEN: secret(z.string().regex(/^\S{32,}$/, 'must have at least 32 characters, and no space')).optional(),
}

export const VARIABLE_NAMES = Object.keys(variables)

const configSchema = z
  .object(variables)
  .superRefine((env, issue) => {
    if (env.MONGO_DB_URI !== undefined && env.JWT_SECRET === undefined) {
      issue.addIssue({
        code: 'custom',
        path: ['JWT_SECRET'],
        message: 'is required with MONGO_DB_URI: every node must share it',
      })
    }
    const require = (name: keyof typeof variables, wanted: keyof typeof variables, why: string) => {
      if (env[wanted] !== undefined && env[name] === undefined)
        issue.addIssue({ code: 'custom', path: [name], message: `is required with ${wanted}${why}` })
    }
    if (env.COOKIE_SAME_SITE === 'none' && env.SECURE_COOKIES !== true) {
      issue.addIssue({
        code: 'custom',
        path: ['SECURE_COOKIES'],
        message: 'must be true with COOKIE_SAME_SITE=none: browsers refuse such cookies otherwise',
      })
    }
    require('MONGO_DB_URI', 'REDIS_URL', ': several nodes need a database that they share')
    const { shutdownSeconds, readyGraceSeconds } = shutdownTimesOf(env)
    if (readyGraceSeconds >= shutdownSeconds) {
      issue.addIssue({
        code: 'custom',
        path: ['SHUTDOWN_SECONDS'],
        message: 'must be more than READY_GRACE_SECONDS, which is a part of it',
      })
    }
    require('S3_BUCKET', 'S3_ENDPOINT', '')
    require('S3_BUCKET', 'MEDIA_CDN_URL', ', whose origin it is')
    require('S3_SECRET_ACCESS_KEY', 'S3_ACCESS_KEY_ID', '')
    require('S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', '')
    require('CLOUDFRONT_KEY_PAIR_ID', 'MEDIA_CDN_URL', ': without signatures every holder of an address could read the file')
    require('CLOUDFRONT_PRIVATE_KEY', 'MEDIA_CDN_URL', ': without signatures every holder of an address could read the file')
  })
  .transform((env) => ({
    port: env.PORT,
    /** Undefined: every interface, IPv6 and IPv4. */
    host: env.HOST,
    environment: env.NODE_ENV,
    logLevel: env.LOG_LEVEL,
    dataDir: resolve(env.DATA_DIR),
    mongoUri: env.MONGO_DB_URI,
    /** Undefined: this is the only node. */
    redis: env.REDIS_URL === undefined ? undefined : { url: env.REDIS_URL, prefix: env.REDIS_PREFIX },
    /** Undefined: background work is in the database only. */
    rabbit: env.AMQP_URL === undefined ? undefined : { url: env.AMQP_URL, prefix: env.AMQP_PREFIX },
    /** Undefined with embedded storage: the server then makes a secret and keeps it in dataDir. */
    jwtSecret: env.JWT_SECRET,
    /** The code that the first account needs, or `off`. Undefined: see accounts/setupCode.service.ts. */
    setupCode: env.SETUP_CODE,
    /** Host names by which browsers reach the server. Empty: every name. */
    allowedHosts: env.ALLOWED_HOSTS,
    /** Origins besides the server's own that may use the API with cookies. */
    allowedOrigins: env.ALLOWED_ORIGINS,
    /** The number of proxies in front of the server. The server trusts the X-Forwarded-* headers of these. */
    trustProxy: env.TRUST_PROXY,
    /** Undefined: Secure when the request came over HTTPS. */
    secureCookies: env.SECURE_COOKIES,
    /** None: pages of other sites in `allowedOrigins` may use the API with cookies. */
    cookieSameSite: env.COOKIE_SAME_SITE,
    accessTokenSeconds: env.ACCESS_TOKEN_MINUTES * 60,
    sessionSeconds: env.SESSION_DAYS * 24 * 3600,
    bcryptCost: env.BCRYPT_COST,
    /** From one address. */
    signupsPerHour: env.SIGNUPS_PER_HOUR,
    /** For one account from one address; from one address alone five times as many. */
    loginFailuresPer15Minutes: env.LOGIN_FAILURES_PER_15_MINUTES,
    /** Of one user. */
    messagesPerMinute: env.MESSAGES_PER_MINUTE,
    /** The limits of the costs of one connection, one user and one address. */
    costLimits: {
      ...COST_LIMITS,
      connectionsPerUser: env.CONNECTIONS_PER_USER,
      connectionsPerAddress: env.CONNECTIONS_PER_ADDRESS,
    },
    /** Bytes of one file. */
    uploadMaxBytes: env.UPLOAD_MAX_BYTES,
    /** Bytes of all files of one user. */
    userStorageMaxBytes: env.USER_STORAGE_MAX_BYTES,
    /** Bytes of all files. Undefined: no limit but the disk or the bucket. */
    mediaMaxBytes: env.MEDIA_MAX_BYTES,
    /** Days after which messages move to the cold collection. Undefined: they never move. */
    coldAfterDays: env.COLD_AFTER_DAYS,
    /** Undefined: media are in dataDir. */
    s3: env.S3_BUCKET === undefined ? undefined : s3Of({ ...env, S3_BUCKET: env.S3_BUCKET }),
    /** Undefined: there is no `/metrics`. */
    metricsToken: env.METRICS_TOKEN,
    ...shutdownTimesOf(env),
    /** Undefined: nothing is traced. */
    tracing:
      env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? undefined
        : {
            endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
            headers: env.OTEL_EXPORTER_OTLP_HEADERS,
            serviceName: env.OTEL_SERVICE_NAME,
            ratio: env.OTEL_TRACES_SAMPLER_ARG,
          },
  }))

interface ShutdownVariables {
  REDIS_URL?: string | undefined
  SHUTDOWN_SECONDS?: number | undefined
  READY_GRACE_SECONDS?: number | undefined
}

interface ShutdownTimes {
  /** From the first signal to the end, at most. */
  shutdownSeconds: number
  /**
   * How long a stopping node keeps serving. `/readyz` already answers 503, so the load balancer stops sending it new
   * clients.
   */
  readyGraceSeconds: number
}

/**
 * Returns how long a shutdown takes. Most supervisors kill a process ten seconds after the signal, so a single node
 * ends before that.
 */
function shutdownTimesOf({ REDIS_URL, SHUTDOWN_SECONDS, READY_GRACE_SECONDS }: ShutdownVariables): ShutdownTimes {
  const isAlone = REDIS_URL === undefined
  return {
    shutdownSeconds: SHUTDOWN_SECONDS ?? (isAlone ? 8 : 30),
    readyGraceSeconds: READY_GRACE_SECONDS ?? (isAlone ? 0 : 5),
  }
}

/** The bucket that holds the media. */
export interface S3Config {
  bucket: string
  region: string
  /** Undefined: Amazon's. */
  endpoint: string | undefined
  forcePathStyle: boolean
  /** Undefined: the SDK finds them itself (environment, profile, the role of the machine). */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined
  /** Undefined: browsers read from the bucket itself. */
  cdn: { url: string; keyPairId: string; privateKey: string } | undefined
}

type S3Variables = Pick<
  z.output<z.ZodObject<typeof variables>>,
  | 'S3_REGION'
  | 'S3_ENDPOINT'
  | 'S3_FORCE_PATH_STYLE'
  | 'S3_ACCESS_KEY_ID'
  | 'S3_SECRET_ACCESS_KEY'
  | 'MEDIA_CDN_URL'
  | 'CLOUDFRONT_KEY_PAIR_ID'
  | 'CLOUDFRONT_PRIVATE_KEY'
>

function s3Of(env: S3Variables & { S3_BUCKET: string }): S3Config {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env
  const { MEDIA_CDN_URL: url, CLOUDFRONT_KEY_PAIR_ID: keyPairId, CLOUDFRONT_PRIVATE_KEY: privateKey } = env
  return {
    bucket: env.S3_BUCKET,
    region: env.S3_REGION,
    endpoint: env.S3_ENDPOINT,
    forcePathStyle: env.S3_FORCE_PATH_STYLE,
    credentials:
      accessKeyId !== undefined && secretAccessKey !== undefined ? { accessKeyId, secretAccessKey } : undefined,
    cdn:
      url !== undefined && keyPairId !== undefined && privateKey !== undefined
        ? { url, keyPairId, privateKey }
        : undefined,
  }
}

/** Says that the configuration is not valid. The message lists every bad variable for the operator. */
export class ConfigError extends StartupError {}

/**
 * Checks the variables and makes the configuration of them.
 * @param env the environment with the variables of `.env`; an empty string counts as absent
 * @throws ConfigError with every bad variable
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const result = configSchema.safeParse(given)
  if (result.success) return Object.freeze(result.data)
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new ConfigError(
    `Parley cannot start, the configuration is not valid:\n${lines.join('\n')}\nEvery variable is explained in .env.example.`,
  )
}

/**
 * Loads the configuration from the environment and from `.env` in the working directory. The environment wins. @throws
 * ConfigError
 */
export async function loadConfig(): Promise<Config> {
  const { config } = await import('dotenv')
  config({ quiet: true })
  return parseConfig(process.env)
}

/** Returns those of these variables that the environment has. Call it before `loadConfig`, which adds those of `.env`. */
export function givenVariables(names: readonly string[]): [name: string, value: string][] {
  return names.flatMap((name): [string, string][] => {
    const value = process.env[name] ?? ''
    return value === '' ? [] : [[name, value]]
  })
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

function hosts(list: string, issue: z.core.$RefinementCtx<string>): string[] {
  return list
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '')
    .map((host) => {
      if (!URL.canParse(`http://${host}`) || new URL(`http://${host}`).hostname !== host)
        issue.addIssue({ code: 'custom', message: `${host} is not a host name such as chat.example.org` })
      return host
    })
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

/**
 * As OpenTelemetry has them: `name=value` with commas between, values percent-encoded
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
 */
function headers(list: string, issue: z.core.$RefinementCtx<string>): Record<string, string> {
  const pairs = list
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map((pair) => /^\s*([\w-]+)\s*=(.*)$/.exec(pair))
  if (pairs.some((pair) => pair === null))
    issue.addIssue({ code: 'custom', message: 'must be name=value, with commas between several' })
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', decoded(pair[2]?.trim() ?? '')]] : [])))
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
