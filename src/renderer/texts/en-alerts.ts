/* The part of the catalogue about alerts, messages, notifications and exceptions. */
export const alerts = {
  'screen.alerts': 'Alerts',
  'screen.exceptions': 'Exceptions',
} as const
