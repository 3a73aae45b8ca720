import { AbiCoder, id, Transaction, Wallet } from 'ethers'

const url = 'http://127.0.0.1:28545'
let n = 0
const rpc = async (method, params = []) => {
  const r = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: ++n, method, params }),
  })
  const j = await r.json()
  return j.error ? { error: j.error } : j.result
}
const w = Wallet.createRandom()
await rpc('anvil_setBalance', [w.address, '0xde0b6b3a7640000'])
const tx = async (nonce, o = {}) =>
  w.signTransaction({
    chainId: 31337,
    type: 2,
    nonce,
    to: '0x' + '11'.repeat(20),
    value: 1n,
    gasLimit: 21000n,
    maxFeePerGas: 3000000000n,
    maxPriorityFeePerGas: 1000000000n,
    ...o,
  })
const show = (l, x) => console.log(l, JSON.stringify(x).slice(0, 500))
const t0 = await tx(0)
show('send', await rpc('eth_sendRawTransaction', [t0]))
show('again', await rpc('eth_sendRawTransaction', [t0]))
show('receipt', await rpc('eth_getTransactionReceipt', [Transaction.from(t0).hash]))
show('nonce low', await rpc('eth_sendRawTransaction', [await tx(0, { value: 2n })]))
const t5 = await tx(5)
show('gap', await rpc('eth_sendRawTransaction', [t5]))
show('gap again', await rpc('eth_sendRawTransaction', [t5]))
show('count latest', await rpc('eth_getTransactionCount', [w.address, 'latest']))
show('count pending', await rpc('eth_getTransactionCount', [w.address, 'pending']))
show('gap by hash', await rpc('eth_getTransactionByHash', [Transaction.from(t5).hash]))
await rpc('evm_setAutomine', [false])
const t1 = await tx(1)
show('t1', await rpc('eth_sendRawTransaction', [t1]))
show('t1 dup', await rpc('eth_sendRawTransaction', [t1]))
show('replace same', await rpc('eth_sendRawTransaction', [await tx(1, { value: 9n })]))
show(
  'replace 5%',
  await rpc('eth_sendRawTransaction', [
    await tx(1, { value: 9n, maxFeePerGas: 3150000000n, maxPriorityFeePerGas: 1050000000n }),
  ]),
)
const r = await tx(1, { maxFeePerGas: 3375000000n, maxPriorityFeePerGas: 1125000000n })
show('replace 12.5%', await rpc('eth_sendRawTransaction', [r]))
show('old by hash', await rpc('eth_getTransactionByHash', [Transaction.from(t1).hash]))
show('count pending', await rpc('eth_getTransactionCount', [w.address, 'pending']))
await rpc('evm_mine')
show('new receipt', await rpc('eth_getTransactionReceipt', [Transaction.from(r).hash]))
show('broke', await rpc('eth_sendRawTransaction', [await tx(2, { value: 10n ** 30n })]))
show('low fee', await rpc('eth_sendRawTransaction', [await tx(2, { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n })]))
show('block', await rpc('eth_blockNumber'))
show('reorg', await rpc('anvil_reorg', [1, []]))
show('block', await rpc('eth_blockNumber'))
show('receipt after reorg', await rpc('eth_getTransactionReceipt', [Transaction.from(r).hash]))
show('tx after reorg', await rpc('eth_getTransactionByHash', [Transaction.from(r).hash]))
show('count latest', await rpc('eth_getTransactionCount', [w.address, 'latest']))
show('rebroadcast', await rpc('eth_sendRawTransaction', [r]))
show('txpool', await rpc('txpool_status'))
// contract that reverts with Error("no") : init code deploying runtime that reverts w/ data
// runtime: revert with Error(string)
const data = id('Error(string)').slice(0, 10) + AbiCoder.defaultAbiCoder().encode(['string'], ['not today']).slice(2)
const len = (data.length - 2) / 2
// runtime: PUSH1 len PUSH1 12 PUSH1 0 CODECOPY PUSH1 len PUSH1 0 REVERT  = 60 len 60 0c 60 00 39 60 len 60 00 fd
const h = len.toString(16).padStart(2, '0')
const code = '0x60' + h + '600c60003960' + h + '6000fd' + data.slice(2)
await rpc('anvil_setCode', ['0x' + '22'.repeat(20), code])
show('estimate', await rpc('eth_estimateGas', [{ from: w.address, to: '0x' + '22'.repeat(20), data: '0x12345678' }]))
show('call', await rpc('eth_call', [{ from: w.address, to: '0x' + '22'.repeat(20), data: '0x12345678' }, 'latest']))
show(
  'estimate broke',
  await rpc('eth_estimateGas', [
    { from: w.address, to: '0x' + '11'.repeat(20), value: '0x' + (10n ** 30n).toString(16) },
  ]),
)
show('pending block', await rpc('eth_getBlockByNumber', ['pending', false]))
