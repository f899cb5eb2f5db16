"""Chat templates that use what each family's template uses, and what the reference renders.

    pip install transformers==5.24.0 jinja2==3.1.6
    python template_reference.py ../resources/templates.json

The templates are written for this test: the same constructs, control tokens and white space tricks as the families' own.
"""

import json
import sys

from jinja2.exceptions import TemplateError
from transformers.utils.chat_template_utils import _compile_jinja_template

CHATML = """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
You are a helpful assistant.<|im_end|>
' }}{% endif %}{{'<|im_start|>' + message['role'] + '
' + message['content'] + '<|im_end|>' + '
'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}"""

ZEPHYR = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\\n'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}
"""

LLAMA2 = """{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}{% else %}{% set rest = messages %}{% set system = false %}{% endif %}{% for message in rest %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate user/assistant') }}{% endif %}{% if loop.index0 == 0 and system != false %}{% set content = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"""

LLAMA3 = """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- set date_string = "26 Jul 2024" %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- the system message is taken out #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Today: " + date_string + "\\n\\n" }}
{%- if tools is not none %}
    {{- "Functions:\\n\\n" }}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("only one call at once") }}
        {%- endif %}
        {%- set tool_call = message.tool_calls[0].function %}
        {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}
        {{- '{"name": "' + tool_call.name + '", ' }}
        {{- '"parameters": ' }}
        {{- tool_call.arguments | tojson }}
        {{- "}" }}
        {{- "<|eot_id|>" }}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if message.content is mapping or message.content is iterable and message.content is not string %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""

MISTRAL = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or message.role == "tool_results" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {{- "[AVAILABLE_TOOLS] [" }}
            {%- for tool in tools %}
                {%- set tool = tool.function %}
                {{- '{"type": "function", "function": {' }}
                {%- for key, val in tool.items() if key != "return" %}
                    {%- if val is string %}
                        {{- '"' + key + '": "' + val + '"' }}
                    {%- else %}
                        {{- '"' + key + '": ' + val|tojson }}
                    {%- endif %}
                    {%- if not loop.last %}
                        {{- ", " }}
                    {%- endif %}
                {%- endfor %}
                {{- "}}" }}
                {%- if not loop.last %}
                    {{- ", " }}
                {%- else %}
                    {{- "]" }}
                {%- endif %}
            {%- endfor %}
            {{- "[/AVAILABLE_TOOLS]" }}
        {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message.tool_calls is defined and message.tool_calls is not none %}
        {{- "[TOOL_CALLS] [" }}
        {%- for tool_call in message.tool_calls %}
            {%- set out = tool_call.function|tojson %}
            {{- out[:-1] }}
            {{- ', "id": "' + tool_call.id + '"}' }}
            {%- if not loop.last %}
                {{- ", " }}
            {%- else %}
                {{- "]" + eos_token }}
            {%- endif %}
        {%- endfor %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- elif message["role"] == "tool" %}
        {%- if message.content is defined and message.content.content is defined %}
            {%- set content = message.content.content %}
        {%- else %}
            {%- set content = message.content %}
        {%- endif %}
        {{- '[TOOL_RESULTS] {"content": ' + content|string + "}[/TOOL_RESULTS]" }}
    {%- else %}
        {{- raise_exception("unknown role " ~ message.role) }}
    {%- endif %}
{%- endfor %}
"""

QWEN = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] }}
    {%- else %}
        {{- 'You are helpful.' }}
    {%- endif %}
    {{- "\\n\\n# Tools\\n\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools>\\n{\\"name\\": <function-name>}<|im_end|>\\n" }}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {%- if loop.last or (not loop.last and reasoning_content) %}
                {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {%- if message.tool_calls %}
            {%- for tool_call in message.tool_calls %}
                {%- if (loop.first and content) or (not loop.first) %}
                    {{- '\\n' }}
                {%- endif %}
                {%- if tool_call.function %}
                    {%- set tool_call = tool_call.function %}
                {%- endif %}
                {{- '<tool_call>\\n{"name": "' }}
                {{- tool_call.name }}
                {{- '", "arguments": ' }}
                {%- if tool_call.arguments is string %}
                    {{- tool_call.arguments }}
                {%- else %}
                    {{- tool_call.arguments | tojson }}
                {%- endif %}
                {{- '}\\n</tool_call>' }}
            {%- endfor %}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}
        {{- content }}
        {{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""

ODDS = """{#- everything else that templates do -#}
{%- macro field(name, value='-', times=1) -%}
  {{ name }}={{ value * times if value is string else value }};
{%- endmacro %}
{%- set items = {'b': 1.0, 'a': [true, none, 'ñ "x"', 1e-7, 123456789012345678901234567890], 'c': {}} %}
{{ items | tojson }} {{ items | tojson(indent=2) }} {{ items }} {{ items.keys() | list }}
{{ field('n', 'ab', times=2) }}{{ field(name='m') }}
{% raw %}{{ not a tag }}{% endraw %}
{%- for k, v in items.items() %}
  {%- if k == 'c' %}{% break %}{% endif %}
  {{- loop.index ~ ':' ~ k ~ ('!' if loop.first else '?') }}
{%- endfor %}
{% for i in range(5) if i is odd %}{{ i }}{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}
{% for m in messages %}{% if m.role == 'user' %}{% continue %}{% endif %}[{{ m.role | upper }}]{% endfor %}
{{ messages | map(attribute='role') | join('|') }} {{ messages | rejectattr('role', 'eq', 'user') | list | length }}
{{ 'a,b,,c'.split(',') }} {{ ' x y '.split() }} {{ 'abcdef'[1:-1:2] }} {{ [1,2,3][::-1] }} {{ 'Hola'[0] }} {{ 'Hola'[-1] }}
{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 1 + 2 * 3 - 4 }} {{ 1.0 }} {{ 0.1 + 0.2 }}
{{ missing }}|{{ missing | default('d') }}|{{ '' | default('e', true) }}|{{ missing is defined }}|{{ none }}|{{ true }}
{{ 'x' in 'xyz' and 'q' not in ['a'] }} {{ 1 < 2 <= 2 }} {{ not 1 == 2 }} {{ 1 if 0 }}|{{ 'a' 'b' }} {{ "it's" | capitalize }}
{{ '  trim  ' | trim }}|{{ 'a.b.c' | replace('.', '-') }}|{{ 'titulo del texto' | title }}|{{ [3,1,2] | sort | first }}|{{ 'l1
l2' | indent(2) }}
{%- set block %} captured {{ 1 }} {% endset %}
<{{ block }}>
{%- if messages[0].nothing is none %}N{% elif messages[0].nothing is not defined %}U{% else %}E{% endif +%}

   {%+ if true %}kept{% endif %}
	{% if true %}
stripped
	{% endif %}
{{- ' ' ~ ((messages | length) > 1) ~ ' ' ~ (messages | last)['role'] }}
{% filter upper %}filtered {{ 'x' }}{% endfilter %} {{ 'abc'.startswith(('x', 'a')) }} {{ 'a-b'.replace('-', '+').upper() }} {{ {'k': 'v'}['k'] }} {{ {'k': 'v'}.get('z', 'w') }} {{ 'ñandú' | length }}
"""

TOOLS = [{"type": "function", "function": {
    "name": "get_price", "description": "Get the \"price\" <now>",
    "parameters": {"type": "object", "properties": {"symbol": {"type": "string", "description": "El símbolo"}, "days": {"type": "integer", "default": 5}}, "required": ["symbol"]}}}]
CALL = {"role": "assistant", "content": "", "tool_calls": [{"id": "abc123def", "type": "function", "function": {"name": "get_price", "arguments": {"symbol": "ÑU&", "days": 3, "x": 1.5, "y": None}}}]}

CONVERSATIONS = {
    "plain": ([{"role": "user", "content": "  Hola, ¿qué tal? "}], None),
    "system": ([{"role": "system", "content": "Eres amable.\n"}, {"role": "user", "content": "Hola"}, {"role": "assistant", "content": "\n ¡Hola! \n"}], None),
    "turns": ([{"role": "user", "content": "uno"}, {"role": "assistant", "content": "dos"}, {"role": "user", "content": "<b>tres</b> & 'cuatro'"}, {"role": "assistant", "content": "cinco"}], None),
    "thinking": ([{"role": "user", "content": "2+2"}, {"role": "assistant", "content": "<think>\nsuma\n</think>\n\n4"}, {"role": "user", "content": "3+3"}, {"role": "assistant", "content": "<think>\notra\n</think>\n\n6"}], None),
    "tools": ([{"role": "system", "content": "Usa herramientas."}, {"role": "user", "content": "¿Precio?"}, CALL, {"role": "tool", "content": "{\"price\": 3.5}", "tool_call_id": "abc123def"}, {"role": "assistant", "content": "Son 3,5."}], TOOLS),
    "declared": ([{"role": "user", "content": "Hola"}], TOOLS + TOOLS),
    "wrong order": ([{"role": "user", "content": "a"}, {"role": "user", "content": "b"}], None),
}
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>"}


def render(template, messages, tools, prompt):
    try:
        return {"text": _compile_jinja_template(template).render(
            messages=messages, tools=tools, documents=None, add_generation_prompt=prompt, **SPECIAL)}
    except TemplateError as refused:
        return {"refused": str(refused)}


def main():
    out = []
    for name, template in [("chatml", CHATML), ("zephyr", ZEPHYR), ("llama2", LLAMA2), ("llama3", LLAMA3), ("mistral", MISTRAL), ("qwen", QWEN), ("odds", ODDS)]:
        cases = []
        for title, (messages, tools) in CONVERSATIONS.items():
            for prompt in (False, True):
                cases.append({"title": title, "messages": messages, "tools": tools, "prompt": prompt, **render(template, messages, tools, prompt)})
        out.append({"name": name, "template": template, "cases": cases})
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump({"special": SPECIAL, "templates": out}, file, ensure_ascii=False, indent=1)
    print(sum(len(t["cases"]) for t in out), "cases,", sum("refused" in c for t in out for c in t["cases"]), "refused")


main()
