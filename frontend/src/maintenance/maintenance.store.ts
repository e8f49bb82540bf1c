import type { Maintenance } from 'backend/contract'
import { create } from 'zustand'

interface MaintenanceState {
  /** The admins' message to all users; null without one. */
  message: Maintenance | null
}

/** Told at the beginning of each connection, and whenever it changes. */
export const useMaintenance = create<MaintenanceState>()(() => ({ message: null }))
