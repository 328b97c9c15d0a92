""":cypher: another program gets the terminal, whole, and gives it back; nothing secret reaches it."""
import os
import signal
import time

from harness import case, check, until

PASSWORD = 'secret-demo-1'

FAKE = '''#!/bin/sh
{ echo "args: $*"; env; } > "$HOME/child"
stty -a | grep -o "[-]*icanon"
times=$(($(cat "$HOME/times" 2>/dev/null || echo 0) + 1))
echo $times > "$HOME/times"
printf 'password %s: ' $times
read -r typed
case "$typed" in
fail) exit 3 ;;
stop) kill -STOP $$; echo went on; read -r typed ;;
esac
echo "you typed $typed"
'''


def console(stage, *args, fake=True):
    if fake:
        os.makedirs(os.path.join(stage.home, 'bin'), exist_ok=True)
        path = os.path.join(stage.home, 'bin', 'cypher-shell')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(FAKE)
        os.chmod(path, 0o755)
    env = stage.env()
    env['PATH'] = os.path.join(stage.home, 'bin') + ':' + env['PATH']
    pane = stage.tmux.pane([stage.neodeck, *args], env, (80, 24))
    stage.closing.append(pane)
    pane.ready()
    return pane


def command(pane, words):
    pane.text(':' + words)
    pane.keys('Enter')


def child(stage):
    with open(os.path.join(stage.home, 'child'), encoding='utf-8') as f:
        return f.read()


@case('cypher', tmux=True)
def hands_over(stage):
    fake = stage.fake()
    pane = console(stage, fake.url, '--database', 'neo4j', '--lock', 'never')
    command(pane, 'cypher')
    pane.wait(r'password 1:')
    check(pane.ask('alternate_on') == '0', 'the alternate screen was not left', pane.screen)
    text = child(stage)
    check('args: -a bolt://127.0.0.1:' in text and '-u neo4j -d neo4j' in text, 'other arguments', text)
    check(PASSWORD not in text and 'NEO4J_' not in text, 'what is ours is in its environment', text)
    time.sleep(2.5)  # a refresh of ours is due: nothing may be drawn
    check('running' not in pane.screen(), 'it was drawn over', pane.screen)
    pane.text('hello\n')
    pane.wait(r'cypher-shell has ended')
    check(pane.ask('alternate_on') == '1', 'the screen was not taken back', pane.screen)
    pane.keys('F1')
    pane.wait(r'menu of the actions')


@case('cypher-keys-of-the-keyboard', tmux=True)
def keys(stage):
    """Ctrl-C is for the other program alone; stopped, it goes on."""
    pane = console(stage, stage.fake().url, '--lock', 'never')
    command(pane, 'cypher')
    pane.wait(r'password 1:')
    pane.keys('C-c')
    pane.wait(r'cypher-shell was ended by signal 2')
    command(pane, 'cypher')
    pane.wait(r'password 2:')  # the first one still stands on the screen of the shell
    pane.text('stop\n')
    pane.wait(r'went on')
    pane.text('x\n')
    pane.wait(r'cypher-shell has ended')
    command(pane, 'cypher')
    pane.wait(r'password 3:')
    pane.text('fail\n')
    pane.wait(r'ended with status 3')


@case('cypher-refused', tmux=True)
def refused(stage):
    pane = console(stage, stage.fake().url, fake=False)
    command(pane, 'cypher')
    pane.wait(r'no cypher-shell in PATH')
    pane = console(stage, stage.fake().url, '--read-only')
    command(pane, 'cypher')
    pane.wait(r"read-only: 'cypher' is refused")


@case('cypher-and-we-are-ended', tmux=True)
def ended(stage):
    pane = console(stage, stage.fake().url, '--lock', 'never')
    command(pane, 'cypher')
    pane.wait(r'password 1:')
    os.kill(pane.pid(), signal.SIGTERM)
    check(until(lambda: pane.dead() is not None), 'neodeck still runs', pane.screen)
