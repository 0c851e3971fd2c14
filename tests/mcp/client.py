"""Speaks to `rushes mcp` with the MCP client that the protocol's own authors publish.

Reads one JSON object from standard input: `command`, the server's program and arguments, and `steps`, the tools to call with
their arguments. `{job}` in an argument stands for the first job of the last answer that named any. Prints one JSON object per
line: the handshake, the tools, and then the answer to each step.
"""

import json
import os
import sys

import anyio
from mcp import ClientSession, StdioServerParameters, stdio_client


def say(**what):
    print(json.dumps(what), flush=True)


def filled(arguments, job):
    return {name: job if value == "{job}" else value for name, value in arguments.items()}


async def main():
    script = json.load(sys.stdin)
    program, *arguments = script["command"]
    server = StdioServerParameters(command=program, args=arguments, env=dict(os.environ), cwd=os.getcwd())
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        shaken = await session.initialize()
        say(event="handshake", handshake=shaken.model_dump(mode="json"))
        tools = await session.list_tools()
        say(event="tools", tools=[tool.model_dump(mode="json") for tool in tools.tools])
        job = None
        for step in script["steps"]:
            result = await session.call_tool(step["tool"], filled(step.get("arguments", {}), job))
            answer = result.structured_content
            text = "\n".join(block.text for block in result.content if block.type == "text")
            if answer and answer.get("jobs"):
                job = answer["jobs"][0]["id"]
            say(event="answer", tool=step["tool"], is_error=bool(result.is_error), answer=answer, text=text)


anyio.run(main)
