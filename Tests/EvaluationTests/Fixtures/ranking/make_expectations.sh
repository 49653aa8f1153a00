#!/bin/sh
# Writes what trec_eval prints for many options to expectations.txt: a line "$ arguments", then its output, then
# a line "= status". $1 is the program that trec_eval_main.c makes.
cd "$(dirname "$0")"
: > expectations.txt
while read -r arguments; do
  echo "\$ $arguments" >> expectations.txt
  # Unquoted: the arguments are words.
  "$1" $arguments >> expectations.txt 2> /dev/null
  echo "= $?" >> expectations.txt
done <<ARGUMENTS
-q -m P.3,7 -m iprec_at_recall.10,50 graded.qrels graded.runA
-q -m P.7,3,1 -m P.5 -m recall.2 -m success.3 -m map_cut.4 -m relative_P.6 graded.qrels graded.runB
-q -m ndcg.1=3 -m ndcg_rel.1=3.5,2=9.0,4=7.0 -m Rndcg.0=0.5,1=0.7 -m G.3=-1,2=5 graded.qrels graded.runB
-m ndcg.1=0.5,2=0.7,3=0.2 -m G.0=2,1=1,2=1 -m Rndcg.1=0,2=0,3=0 graded.qrels graded.runA
-q -m ndcg_cut.10 -m ndcg_cut.20 graded.qrels graded.runA
-m iprec_at_recall.0.05,.33,1 -m Rprec_mult.0.5,3,1 -m 11pt_avg.0.2,0.5,0.8 graded.qrels graded.runB
-N 1000 -m utility.1,-1,-0.5,0.001 -m set_F.0.5 -m set_F.2 graded.qrels graded.runA
-q -m relstring.30 -m yaap graded.qrels graded.runA
-c -m relstring -m gm_map -m gm_bpref -m num_q -m runid graded.qrels graded.runB
-q -c -l 3 -M 5 -J -m all_trec graded.qrels graded.runB
-l 0 -m all_trec graded.qrels graded.runA
-n -m all_trec graded.qrels graded.runA
-q -m all_trec odd.qrels odd.run
-q -J -m all_trec odd.qrels odd.run
-c -l 2 -m all_trec odd.qrels odd.run
-m map.3 graded.qrels graded.runA
-m nothing graded.qrels graded.runA
-m P. graded.qrels graded.runA
-m P.5,5 graded.qrels graded.runA
-m P.0 graded.qrels graded.runA
-m ndcg.1 graded.qrels graded.runA
-m utility.1 graded.qrels graded.runA
nothing graded.runA
graded.qrels nothing
odd.qrels graded.runA
ARGUMENTS
