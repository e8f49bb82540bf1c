import { t } from '@lingui/core/macro'
import { errorText } from '../../connection/problem.model.ts'
import { showToast } from '../../ui/toast.store.ts'
import { startDownload } from './admin.api.ts'

/** Saves a file from the server, or shows why it cannot. */
export async function download(url: string): Promise<void> {
  try {
    await startDownload(url)
  } catch (error) {
    const reason = errorText(error)
    showToast(t`Not downloaded. ${reason}`, 'error')
  }
}
