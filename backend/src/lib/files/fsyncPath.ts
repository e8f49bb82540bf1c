import { open } from 'node:fs/promises'

/** Has the disk keep a file, or the names in a directory. */
export async function fsyncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Windows cannot sync a directory, nor what is open for reading only.
    if (process.platform !== 'win32') throw error
  } finally {
    await handle.close()
  }
}
