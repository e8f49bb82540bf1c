import type { Maintenance } from 'backend/contract'
import { create } from 'zustand'

interface MaintenanceState {
  /** What the admins tell everybody; null: nothing. */
  message: Maintenance | null
}

/** Told after connecting where there is something, and whenever it changes; each connection begins without it. */
export const useMaintenance = create<MaintenanceState>()(() => ({ message: null }))
