import type { User } from 'backend/contract'
import { asProblem } from '../connection/problem.model.ts'
import { useContacts } from './contacts.store.ts'
import { showToast } from '../ui/toast.store.ts'

/** Does it, and says in a toast what became of it. */
async function tell(work: Promise<void>, done: string | null): Promise<void> {
  try {
    await work
    if (done !== null) showToast(done)
  } catch (error) {
    showToast(`Not changed. ${asProblem(error).detail}`, 'error')
  }
}

const { keep, drop, unblock } = useContacts.getState()

export const addContact = ({ id, fullName }: User): Promise<void> =>
  tell(keep(id), `${fullName} is one of your contacts now.`)
export const setFavourite = ({ id }: User, favourite: boolean): Promise<void> => tell(keep(id, favourite), null)
export const removeContact = ({ id, fullName }: User): Promise<void> =>
  tell(drop(id), `${fullName} is no longer one of your contacts.`)
export const endBlock = ({ id, fullName }: User): Promise<void> =>
  tell(unblock(id), `${fullName} is no longer blocked.`)
