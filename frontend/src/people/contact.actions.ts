import { t } from '@lingui/core/macro'
import type { User } from 'backend/contract'
import { errorText } from '../connection/problem.model.ts'
import { useContacts } from './contacts.store.ts'
import { showToast } from '../ui/toast.store.ts'
import { isolate } from '../lib/isolate.ts'

/** Waits for the work, and shows a toast with the result. */
async function tell(work: Promise<void>, done: string | null): Promise<void> {
  try {
    await work
    if (done !== null) showToast(done)
  } catch (error) {
    const reason = errorText(error)
    showToast(t`Not changed. ${reason}`, 'error')
  }
}

const { keep, drop, unblock } = useContacts.getState()

export const addContact = ({ id, fullName }: User): Promise<void> =>
  tell(keep(id), t`${{ fullName: isolate(fullName) }} is now in your contacts.`)
export const setFavourite = ({ id }: User, favourite: boolean): Promise<void> => tell(keep(id, favourite), null)
export const removeContact = ({ id, fullName }: User): Promise<void> =>
  tell(drop(id), t`${{ fullName: isolate(fullName) }} is no longer in your contacts.`)
export const endBlock = ({ id, fullName }: User): Promise<void> =>
  tell(unblock(id), t`${{ fullName: isolate(fullName) }} is no longer blocked.`)
