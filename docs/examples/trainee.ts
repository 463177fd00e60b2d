import { defineFilter } from 'helpcrunch-autoassign/rules'

/** Who has just joined gets one chat at a time in their first days. Ids are the agents' in HelpCrunch. */
const TRAINEES = new Set([7, 8])

export const trainee = defineFilter({
  name: 'trainee',
  keep({ agent }) {
    return TRAINEES.has(agent.id) && agent.load >= 1 ? 'trainee with a chat already' : true
  },
})
