# The shell client of `mailslot demo`: sh -c "$(cat client.sh)" demo FIRST COUNT
# Message number n is "shell n checksum", where the checksum is repeated n % 16 times more.

sequence=$1
end=$((sequence + $2))
while [ "$sequence" -lt "$end" ]; do
    checksum=$((sequence * 2654435761 % 4294967296))
    message="shell $sequence $checksum"
    repeat=$((sequence % 16))
    while [ "$repeat" -gt 0 ]; do
        message="$message $checksum"
        repeat=$((repeat - 1))
    done
    printf '%s\n' "$message"
    sequence=$((sequence + 1))
done | mailslot send '\\.\mailslot\demo\orders'
