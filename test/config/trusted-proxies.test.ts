import { expect, test } from 'vitest'
import { trustedProxiesIn } from '../../src/config/trusted-proxies.ts'

test('addresses, networks and the names of networks are taken, with blanks around them', () => {
  expect(trustedProxiesIn('10.0.0.0/8, 192.0.2.1,2001:db8::/32, loopback,uniquelocal')).toEqual([
    '10.0.0.0/8',
    '192.0.2.1',
    '2001:db8::/32',
    'loopback',
    'uniquelocal',
  ])
})

test.for([
  '',
  ',',
  'true',
  '1',
  'proxy',
  '10.0.0.0/0',
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/8/8',
  '10.0.0.1:80',
  '10.0.0',
])('%j is refused: it would trust more than it names, or nothing', (value) => {
  expect(trustedProxiesIn(value)).toBeNull()
})
