// One rule set in the Publicodes engine, asked over standard input; see child.py.
import { createInterface } from 'node:readline'
import Engine from 'publicodes'

const quiet = { log() {}, warn() {}, error() {} }
let engine, rules

function spent(started) {
	const { user, system } = process.cpuUsage(started)
	return (user + system) / 1e6
}

function decide(situation) {
	engine.setSituation(situation)
	return rules.filter((rule) => engine.evaluate(rule).nodeValue === true)
}

for await (const line of createInterface({ input: process.stdin })) {
	const message = JSON.parse(line)
	let answer
	const started = process.cpuUsage()
	if (message.model) {
		engine = new Engine(message.model, { logger: quiet })
		rules = message.rules
		answer = { ready: spent(started) }
	} else if (message.timed) {
		for (const one of message.cases) decide(one)
		answer = { seconds: spent(started) }
	} else {
		answer = { held: message.cases.map(decide) }
	}
	process.stdout.write(JSON.stringify(answer) + '\n')
}
