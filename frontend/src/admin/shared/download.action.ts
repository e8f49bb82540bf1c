import { asProblem } from '../../connection/problem.model.ts'
import { showToast } from '../../ui/toast.store.ts'
import { startDownload } from './admin.api.ts'

/** Saves a file of the server's, or says why not. */
export async function download(url: string): Promise<void> {
  try {
    await startDownload(url)
  } catch (error) {
    showToast(`Not downloaded. ${asProblem(error).detail}`, 'error')
  }
}
