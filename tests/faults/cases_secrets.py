"""A password is where it has to be, and nowhere else: not in arguments, environments, logs, the audit, tapes or a core."""
import base64
import glob
import os
import resource
import signal
import time
from program import PASSWORD, Skip, case, check, until

SECRETS = [PASSWORD.encode(), base64.b64encode(('neo4j:' + PASSWORD).encode()).rstrip(b'=')]


def holding(stage, ours):
    """Files below the home that hold a secret and should not."""
    found = []
    for path in glob.glob(stage.home + '/**', recursive=True):
        if not os.path.isfile(path) or os.path.basename(path) in ours:
            continue
        with open(path, 'rb') as f:
            text = f.read()
        found += [path for s in SECRETS if s in text]
    return found


def proc(pid, name):
    try:
        with open('/proc/%d/%s' % (pid, name), 'rb') as f:
            return f.read()
    except PermissionError:  # that is even better
        return b''


def session(stage, fake, config):
    stage.file('script', '\n'.join(['record tape', 'wait idle', 'dump screen', 'keys 3', ':kill neo4j-transaction-101', 'advance 1500ms',
                                    'type yes', 'keys Enter', 'advance 2s', ':history', 'wait idle', 'dump history',
                                    ':messages', 'dump messages', ':databases', ':export list.csv', 'advance 1s']) + '\n')
    return stage.start('--script', 'script', '--size', '120x30', '-v', '--config', config)


@case('secrets-nowhere')
def nowhere(stage):
    """From a command, verbose, recording, killing: then everything that was written is searched."""
    fake = stage.fake()
    stage.file('password', PASSWORD + '\n')
    stage.file('give', '#!/bin/sh\nenv > seen.env\ncat password\n', 0o700)
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\npassword_command = ./give\n' % fake.url)
    process = session(stage, fake, config)
    check(until(lambda: fake.total()['requests'] > 3), 'it does not start')
    for name in ('cmdline', 'environ'):
        check(not any(s in proc(process.pid, name) for s in SECRETS), 'in its ' + name)
    out, err = process.communicate(timeout=90)
    check(process.returncode == 0, 'exit status %s' % process.returncode, err.decode())
    check(not any(s in out + err for s in SECRETS), 'in what is printed')
    check(os.path.getsize(stage.state + '/debug.log') > 100 and os.path.exists(stage.state + '/audit.db'), 'no log or no audit')
    check(os.path.getsize(os.path.join(stage.home, 'tape')) > 1000, 'no tape')
    found = holding(stage, {'password'})
    check(not found, 'in ' + ', '.join(found))
    for path in ('debug.log', 'audit.db'):
        mode = os.stat(os.path.join(stage.state, path)).st_mode & 0o777
        check(mode == 0o600, '%s has mode %o' % (path, mode))


@case('secrets-environment-is-wiped')
def environment(stage):
    """NEO4J_PASSWORD goes neither to children, nor does it stay in our own environment."""
    fake = stage.fake(2)
    stage.file('other', '#!/bin/sh\nenv > seen.env\ncat /proc/$PPID/environ > parent.env 2>/dev/null\necho another\n', 0o700)
    config = stage.file('c.conf', '[instance "a"]\nuri = %s\npassword_command = ./other\n[instance "b"]\nuri = %s\n' % tuple(fake.urls))
    stage.file('script', 'wait idle\nadvance 3s\n')
    process = stage.start('--script', 'script', '--size', '120x30', '--config', config)
    check(until(lambda: os.path.exists(stage.home + '/seen.env') and fake.ctl()['instances'][1]['requests'] > 2), 'it does not start')
    check(not any(s in proc(process.pid, 'environ') for s in SECRETS), 'in /proc/PID/environ')
    process.communicate(timeout=90)
    found = holding(stage, set())
    check(not found, 'in ' + ', '.join(found))
    check('PATH=' in stage.read('seen.env'), 'the child has no environment')


@case('secrets-no-core')
def no_core(stage):
    fake = stage.fake()
    stage.file('script', 'wait idle\nadvance 40s\n')
    process = stage.start('--script', 'script', '--size', '120x30', fake.url,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2))
    check(until(lambda: fake.total()['requests'] > 3), 'it does not start')
    limits = [line for line in proc(process.pid, 'limits').decode().splitlines() if 'core' in line]
    if not limits:
        raise Skip('its limits cannot be read')
    check(limits[0].split()[4:6] == ['0', '0'], 'cores may be written: ' + limits[0])
    process.send_signal(signal.SIGABRT)
    time.sleep(0.3)
    check(process.wait(30) != 0, 'it did not die')
    check(not glob.glob(stage.home + '/core*'), 'there is a core')


@case('secrets-not-in-arguments-of-the-password-prompt')
def typed(stage):
    """Typed at the prompt: not echoed."""
    fake = stage.fake()
    p = stage.pty(fake.url, env=stage.env(NEO4J_PASSWORD=None))
    p.wait(rb'(?i)password')
    p.read(0.8)
    p.write(PASSWORD + '\r')
    p.wait(rb'running')
    p.write(':quit\r')
    p.wait_end()
    check(not any(s in p.out for s in SECRETS), 'it is shown')
