import type { Maintenance } from 'backend/contract'
import { create } from 'zustand'

interface MaintenanceState {
  /** What the admins tell everybody; null: nothing. */
  message: Maintenance | null
}

/** Told at the beginning of each connection, and whenever it changes. */
export const useMaintenance = create<MaintenanceState>()(() => ({ message: null }))
