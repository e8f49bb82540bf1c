import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The packages that the tests use besides Mongoose and its driver. The checkout determines their versions. */
const HELPERS = ['mocha', 'sinon', 'ajv', 'lodash.isequal', 'lodash.isequalwith', 'moment', 'uuid']

/**
 * The packages that the engine's threads load. From a checkout, they are resolved from the working directory of the
 * process.
 */
const WORKER_NEEDS = ['@photostructure/sqlite', 'bson', 'mingo']

export interface Workspace {
  folder: string
  /** The version of the tested Mongoose. */
  installed: string
  /** The version of Mongoose that the tests come from. */
  tests: string
  remove: () => void
}

interface Package {
  version: string
  devDependencies?: Record<string, string>
}

/**
 * Builds a folder that looks like a checkout to the tests. Its `lib` is a link to the Mongoose of this project. Node
 * follows links, so the tests and the engine's driver use the same classes.
 */
export function createWorkspace(checkout: string): Workspace {
  const mongoose = packageFolder('mongoose', import.meta.url)
  const { version: tests, devDependencies = {} } = readPackage(checkout)
  const folder = mkdtempSync(join(tmpdir(), 'parley-mongoose-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    writeFileSync(join(folder, 'package.json'), '{"private": true}')
    const wanted = HELPERS.map((name) => `${name}@${devDependencies[name] ?? 'latest'}`)
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', ...wanted], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    cpSync(join(checkout, 'test'), join(folder, 'test'), { recursive: true })
    for (const part of ['lib', 'index.js', 'package.json']) {
      rmSync(join(folder, part), { force: true })
      symlinkSync(join(mongoose, part), join(folder, part))
    }
    link(packageFolder('mongodb', join(mongoose, 'package.json')), folder, 'mongodb')
    for (const name of WORKER_NEEDS) link(packageFolder(name, import.meta.url), folder, name)
  } catch (error) {
    remove()
    throw error
  }
  return { folder, installed: readPackage(mongoose).version, tests, remove }
}

function packageFolder(name: string, from: string): string {
  const places = createRequire(from).resolve.paths(name) ?? []
  const found = places.map((place) => join(place, name)).find((place) => existsSync(join(place, 'package.json')))
  if (found === undefined) throw new Error(`The package ${name} is not installed`)
  return found
}

function link(target: string, folder: string, name: string): void {
  const place = join(folder, 'node_modules', name)
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(target, place)
}

function readPackage(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
}
