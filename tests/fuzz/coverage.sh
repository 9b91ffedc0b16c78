# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154
# Part of tests/fuzz/run: what the seeds and the corpora (those of the tree and build/fuzz/corpus)
# reach, in lines of the files that a fuzzer is about. Sourced, not run.

targets() { # the files, below pam_oauth/, that a fuzzer is there for
    case $1 in
        conditions) echo module/{conditions,conditions_parse,network,mail,claims,words}.c ;;
        config)
            echo module/{config,settings,keys,assign,value,check,check_provider,demands,presets}.c \
                common/list.c ;;
        device) echo worker/{device,json,uri,qr}.c ;;
        http_headers) echo worker/http.c ;;
        json_docs) echo worker/{json,discovery,ports}.c ;;
        jwks) echo worker/{jwk,jws,base64}.c ;;
        jwt) echo worker/{identity,id_token,jws,base64,json}.c ;;
        limits) echo module/{source,starts}.c ;;
        present) echo module/{present,qrtext}.c ;;
        rules) echo module/{rules,rules_parse,rules_facts,pattern,words}.c ;;
        state) echo module/{pins,grace_record,records}.c ;;
        text) echo common/text.c ;;
        token_answer) echo worker/{answer,grant}.c ;;
        uri) echo worker/uri.c ;;
        wire) echo common/{wire,codec,types,buf}.c ;;
    esac
}

coverage() {
    local bin name dir=$out/coverage corpora
    bin=$(dirname "$(readlink -f "$(command -v "$clang")")")
    [ -x "$bin/llvm-cov" ] && [ -x "$bin/llvm-profdata" ] || missing "no llvm-cov beside $clang"
    for name in "${names[@]}"; do
        corpora=("$out/seeds/$name" "$here/corpus/$name")
        [ -d "$out/corpus/$name" ] && corpora+=("$out/corpus/$name")
        LLVM_PROFILE_FILE=$dir/$name.profraw "$dir/fuzz_$name" -runs=0 "${corpora[@]}" \
            > "$out/log/$name.log" 2>&1 || { report "$name" 1; return 1; }
        "$bin/llvm-profdata" merge -sparse -o "$dir/$name.profdata" "$dir/$name.profraw" &&
            "$bin/llvm-cov" export -summary-only -instr-profile "$dir/$name.profdata" \
                "$dir/fuzz_$name" > "$dir/$name.json" || die "cannot read the profile of $name"
        # shellcheck disable=SC2046
        python3 "$here/lines.py" "$name" "$dir/$name.json" $(targets "$name")
    done
}
